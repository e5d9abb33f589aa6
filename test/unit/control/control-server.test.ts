import assert from 'node:assert/strict';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync} from 'node:fs';
import {connect, createServer, type Socket} from 'node:net';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {ask} from '../../../src/control/control-client.js';
import {ControlServer} from '../../../src/control/control-server.js';
import {findRuns} from '../../../src/control/find-runs.js';
import {readSocketPlace} from '../../../src/control/socket-place.js';
import {FakeController} from '../../rig/fake-controller.js';
import {foo} from '../logging/sample.js';
import {temporaryDirectory} from '../temporary-directory.js';

interface Listening {
  readonly state: string;
  readonly runDirectory: string;
  readonly temporary: string;
  readonly controller: FakeController;
  readonly server: ControlServer;
}

/** A server for a run of this id, closed at the end of the test. */
async function listening(
  context: TestContext,
  {
    id = 'r1',
    state,
    patienceMs,
    snapshot,
  }: {id?: string; state?: string; patienceMs?: number; snapshot?: () => unknown} = {},
): Promise<Listening> {
  const directory = state ?? join(temporaryDirectory(context), 'state');
  const runDirectory = join(directory, 'runs', id);
  const temporary = temporaryDirectory(context);
  mkdirSync(runDirectory, {recursive: true});
  const controller = new FakeController();
  const opened = await ControlServer.open({
    run: {controller, steps: [foo], snapshot: snapshot ?? (() => ({id})), stop: () => undefined},
    runDirectory,
    temporaryDirectory: temporary,
    ...(patienceMs === undefined ? {} : {patienceMs}),
  });
  assert.ok(opened.ok, JSON.stringify(opened));
  const server = opened.value;
  context.after(async () => {
    if (existsSync(join(runDirectory, 'control'))) await server.close();
  });
  return {state: directory, runDirectory, temporary, controller, server};
}

/** A client that speaks as it likes. */
async function rawClient(
  context: TestContext,
  path: string,
): Promise<{socket: Socket; text: Promise<string>}> {
  const socket = connect({path, allowHalfOpen: true});
  context.after(() => socket.destroy());
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => (received += String(chunk)));
  socket.on('error', () => undefined); // Being sent away is what some tests are about.
  const text = once(socket, 'close').then(() => received);
  socket.on('end', () => socket.end());
  await once(socket, 'connect');
  return {socket, text};
}

const isPaused = (text: string): boolean => text.includes('"command":"pause"');

describe('the socket of a run', () => {
  test('answers requests, one for each connection', async (context) => {
    const {server, controller} = await listening(context);
    const reply = await ask(server.path, {command: 'workers', change: 'by', count: 1});
    assert.deepEqual(reply, {
      kind: 'answer',
      answer: {protocol: 1, ok: true, result: {command: 'workers', before: 2, builders: 3}},
    });
    const {socket, text} = await rawClient(context, server.path);
    socket.write('{"command":"pause"}\n{"command":"resume"}\n');
    assert.ok(isPaused(await text));
    assert.deepEqual(controller.calls, ['builders 3', 'pause']);
  });

  test('is closed to other users from the first moment, in a folder of its own', async (context) => {
    const before = process.umask(0);
    context.after(() => process.umask(before));
    const {runDirectory, server} = await listening(context);
    assert.equal(server.path, join(runDirectory, 'control', 'socket'));
    assert.equal(statSync(join(runDirectory, 'control')).mode & 0o777, 0o700);
    assert.ok(statSync(server.path).isSocket());
  });

  test('goes away with the run', async (context) => {
    const {runDirectory, server} = await listening(context);
    const {path} = server;
    await server.close();
    assert.equal(existsSync(join(runDirectory, 'control')), false);
    assert.deepEqual(await ask(path, {command: 'status'}), {kind: 'gone'});
  });

  test('is put below the temporary directory where its path would be too long, and a note says where', async (context) => {
    const state = join(temporaryDirectory(context), 's'.repeat(100));
    const {runDirectory, server, temporary} = await listening(context, {state});
    assert.ok(server.path.startsWith(`${temporary}/portpar-`), server.path);
    assert.equal(readFileSync(join(runDirectory, 'control', 'elsewhere'), 'utf8'), server.path);
    assert.equal(statSync(join(server.path, '..')).mode & 0o777, 0o700);
    assert.equal(statSync(join(runDirectory, 'control')).mode & 0o777, 0o700);
    assert.deepEqual((await findRuns(state)).alive, [{id: 'r1', socket: server.path}]);
    await server.close();
    assert.deepEqual(readdirSync(temporary), []);
    assert.equal(existsSync(join(runDirectory, 'control')), false);
  });

  test('is given up, with the reason, where there is no short path or no folder', async (context) => {
    const runDirectory = join(temporaryDirectory(context), 'r'.repeat(100));
    const run = {controller: new FakeController(), steps: [], snapshot: () => null, stop: () => undefined};
    const nowhere = await ControlServer.open({run, runDirectory});
    assert.ok(!nowhere.ok);
    assert.match(JSON.stringify(nowhere.failures), /ENOENT/);
    mkdirSync(runDirectory);
    const tooLong = await ControlServer.open({run, runDirectory, temporaryDirectory: runDirectory});
    assert.ok(!tooLong.ok);
    assert.match(JSON.stringify(tooLong.failures), /too long for a socket/);
    assert.deepEqual(readdirSync(runDirectory), []);
  });

  for (const [what, sent] of [
    ['half a line and the end', '{"command":"pau'],
    ['more than a request can be', `{"command":"push","port":"${'x'.repeat(5000)}"}\n`],
    ['a line without an end', 'x'.repeat(5000)],
    ['no JSON', 'GET / HTTP/1.1\n\n'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x0a])],
  ] as const) {
    test(`refuses ${what}, and goes on`, async (context) => {
      const {server, controller} = await listening(context);
      const {socket, text} = await rawClient(context, server.path);
      socket.end(sent);
      assert.match(await text, /"ok":false.*"kind":"protocol"/);
      assert.deepEqual(controller.calls, []);
      assert.equal((await ask(server.path, {command: 'status'})).kind, 'answer');
    });
  }

  test('takes a request in pieces', async (context) => {
    const {server} = await listening(context);
    const {socket, text} = await rawClient(context, server.path);
    for (const part of ['{"comm', 'and":"pa', 'use"}']) {
      await new Promise((resolve) => socket.write(part, resolve));
    }
    socket.write('\n');
    assert.ok(isPaused(await text));
  });

  test('sends away who says nothing, and who never ends', async (context) => {
    const {server} = await listening(context, {patienceMs: 500});
    const silent = await rawClient(context, server.path);
    const half = await rawClient(context, server.path);
    half.socket.write('{"command":');
    assert.equal(await silent.text, '');
    assert.equal(await half.text, '');
    assert.equal((await ask(server.path, {command: 'status'})).kind, 'answer');
  });

  test('does not wait for who does not read its answer, nor for who has gone', async (context) => {
    const {server} = await listening(context, {snapshot: () => 'x'.repeat(8_000_000)});
    const lazy = connect(server.path);
    context.after(() => lazy.destroy());
    lazy.on('error', () => undefined);
    lazy.pause();
    lazy.write('{"command":"status"}\n');
    const gone = await rawClient(context, server.path);
    gone.socket.write('{"command":"status"}\n');
    gone.socket.destroy();
    await gone.text;
    const reply = await ask(server.path, {command: 'pause'});
    assert.equal(reply.kind, 'answer');
    await server.close();
    assert.deepEqual(await ask(server.path, {command: 'pause'}), {kind: 'gone'});
  });

  test('sends whole answers, however long', async (context) => {
    const {server} = await listening(context, {snapshot: () => 'ü'.repeat(1_000_000)});
    const reply = await ask(server.path, {command: 'status'});
    assert.ok(reply.kind === 'answer' && reply.answer.ok && reply.answer.result.command === 'status');
    assert.equal(reply.answer.result.run, 'ü'.repeat(1_000_000));
  });

  test('closes while clients are there', async (context) => {
    const {server, runDirectory} = await listening(context);
    const clients = [await rawClient(context, server.path), await rawClient(context, server.path)];
    await server.close();
    for (const {text} of clients) assert.equal(await text, '');
    assert.equal(existsSync(join(runDirectory, 'control')), false);
  });

  test('takes only so many clients at once', async (context) => {
    const {server} = await listening(context);
    const clients = [];
    for (let index = 0; index < 16; index += 1) clients.push(await rawClient(context, server.path));
    const reply = await ask(server.path, {command: 'status'});
    assert.equal(reply.kind, 'trouble');
    clients[0]?.socket.end('\n');
    await clients[0]?.text;
    assert.equal((await ask(server.path, {command: 'status'})).kind, 'answer');
  });
});

describe('runs that are alive', () => {
  test('are found by their folders; those that ended without a farewell are passed over', async (context) => {
    const {state, server} = await listening(context, {id: 'r2'});
    mkdirSync(join(state, 'runs', 'r0', 'logs'), {recursive: true});
    // A run that was killed: its socket is still there, and nobody listens.
    const dead = join(state, 'runs', 'r1', 'control');
    mkdirSync(dead, {recursive: true, mode: 0o700});
    const other = createServer();
    other.listen(join(dead, 'socket'));
    await once(other, 'listening');
    assert.deepEqual(
      (await findRuns(state)).alive.map(({id}) => id),
      ['r1', 'r2'],
    );
    renameSync(join(dead, 'socket'), join(dead, 'kept'));
    other.close();
    await once(other, 'close');
    renameSync(join(dead, 'kept'), join(dead, 'socket'));
    assert.deepEqual(await ask(join(dead, 'socket'), undefined), {kind: 'gone'});
    assert.deepEqual(await findRuns(state), {alive: [{id: 'r2', socket: server.path}], closed: []});
  });

  test('are none where nothing ever ran', async (context) => {
    const directory = temporaryDirectory(context);
    assert.deepEqual(await findRuns(join(directory, 'none')), {alive: [], closed: []});
    assert.equal(await readSocketPlace(join(directory, 'x'.repeat(120))), undefined);
  });
});

describe('a client', () => {
  test('gives up on a run that does not answer', async (context) => {
    const path = join(temporaryDirectory(context), 'socket');
    const mute = createServer();
    mute.listen(path);
    context.after(() => mute.close());
    await once(mute, 'listening');
    const sockets: Socket[] = [];
    mute.on('connection', (socket) => sockets.push(socket));
    const reply = await ask(path, {command: 'status'}, 30);
    assert.deepEqual(reply, {kind: 'trouble', message: 'the run did not answer within 0.03 s'});
    for (const socket of sockets) socket.destroy();
  });

  test('tells a run of another version', async (context) => {
    const path = join(temporaryDirectory(context), 'socket');
    const old = createServer((socket) => socket.end('{"protocol":0,"ok":true,"result":{}}\n'));
    old.listen(path);
    context.after(() => old.close());
    await once(old, 'listening');
    const reply = await ask(path, {command: 'pause'});
    assert.deepEqual(reply, {kind: 'trouble', message: 'this run is of another version of portpar'});
  });
});
