#!/usr/bin/env node
// Node starts its debugger at this signal until somebody takes it; portpar answers it with what it is doing.
process.on('SIGUSR1', () => undefined);
const {main} = await import('../dist/src/cli/main.js');

process.exitCode = await main(process.argv.slice(2));
