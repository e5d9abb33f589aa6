import {spawn} from 'node:child_process';
import {createConnection, type Socket} from 'node:net';
import type {Instruction, Report} from '../remote-command-protocol.js';

/** The far end of a remote command: tells the test what was called, and does what it says until it says `exit`. */
export async function obey(
  socketPath: string,
  call: {readonly program: string; readonly argv: readonly string[]},
  work: (variant: string) => void,
): Promise<never> {
  const socket = createConnection(socketPath);
  const report = (message: Report): void => {
    socket.write(`${JSON.stringify(message)}\n`);
  };
  socket.on('error', () => {
    // The test is gone: so is the reason for this process.
  });
  report({kind: 'called', ...call, pid: process.pid, cwd: process.cwd(), environment: {...process.env}});
  for await (const line of linesOf(socket)) {
    await follow(JSON.parse(line) as Instruction, report, work);
  }
  return process.exit(99);
}

async function follow(
  instruction: Instruction,
  report: (message: Report) => void,
  work: (variant: string) => void,
): Promise<void> {
  switch (instruction.kind) {
    case 'print':
      process[instruction.to].write(instruction.text);
      report({kind: 'done'});
      return;
    case 'work':
      work(instruction.variant);
      report({kind: 'done'});
      return;
    case 'catch':
      process.on(instruction.signal, () => {
        report({kind: 'signal', signal: instruction.signal});
      });
      report({kind: 'done'});
      return;
    case 'spawn':
      report({kind: 'done', pid: await spawnGrandchild(instruction.ignores)});
      return;
    case 'exit':
      process.exit(instruction.status);
  }
}

/** A process of the same group that runs until it is ended; `ignores` are signals that do not end it. */
async function spawnGrandchild(ignores: readonly NodeJS.Signals[]): Promise<number> {
  const traps = ignores.map((signal) => `trap '' ${signal.replace(/^SIG/, '')};`).join(' ');
  const child = spawn('/bin/sh', ['-c', `${traps} echo ready; exec sleep 600`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  if (child.pid === undefined) throw new Error('The grandchild could not be started');
  return child.pid;
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
