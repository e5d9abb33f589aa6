import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import {basename} from 'node:path';
import type {Instruction, Report} from './remote-command-protocol.js';

/** A label to fit, whole or up to a blank (`build`, `build devel/a`), or a pattern for it. */
export type Matcher = string | RegExp;

/**
 * One call of a stand-in that waits for the test. `label` tells what it is: `build devel/a`, `package devel/a@py39`,
 * `read devel/a`, `pkg install a-2`, `pkg create a`.
 */
export class Invocation {
  readonly label: string;
  readonly argv: readonly string[];
  readonly pid: number;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Resolves when its process has gone, whatever ended it. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #waitingForDone: ((pid: number | undefined) => void)[] = [];
  readonly #signals: NodeJS.Signals[] = [];
  readonly #waitingForSignal: (() => void)[] = [];

  constructor(call: Extract<Report, {kind: 'called'}>, socket: Socket) {
    this.label = labelOf(call);
    this.argv = call.argv;
    this.pid = call.pid;
    this.cwd = call.cwd;
    this.environment = call.environment;
    this.#socket = socket;
    this.gone = once(socket, 'close').then(() => undefined);
  }

  /** Does what the program would do. */
  async work(variant = ''): Promise<void> {
    await this.#ask({kind: 'work', variant});
  }

  async print(text: string, to: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    await this.#ask({kind: 'print', to, text});
  }

  /** From now on the process does not end at this signal; `signalled` tells when it came. */
  async catch(signal: NodeJS.Signals): Promise<void> {
    await this.#ask({kind: 'catch', signal});
  }

  /** Resolves when a caught signal has come. */
  async signalled(signal: NodeJS.Signals): Promise<void> {
    while (!this.#signals.includes(signal)) {
      await new Promise<void>((resolve) => this.#waitingForSignal.push(resolve));
    }
  }

  /** Starts a process of the same group that runs until it is ended. Resolves with its id when it runs. */
  async spawn(...ignores: readonly NodeJS.Signals[]): Promise<number> {
    const pid = await this.#ask({kind: 'spawn', ignores});
    if (pid === undefined) throw new Error(`${this.label} started no process`);
    return pid;
  }

  /** Ends with this status, without having done anything. */
  async exit(status: number): Promise<void> {
    this.#send({kind: 'exit', status});
    await this.gone;
  }

  /** Does its work and ends well. */
  async succeed(): Promise<void> {
    await this.work();
    await this.exit(0);
  }

  /** Says why on stderr and ends with this status. */
  async fail(text: string, status = 1): Promise<void> {
    await this.print(`${text}\n`, 'stderr');
    await this.exit(status);
  }

  receive(report: Report): void {
    if (report.kind === 'done') this.#waitingForDone.shift()?.(report.pid);
    if (report.kind === 'signal') {
      this.#signals.push(report.signal);
      for (const resolve of this.#waitingForSignal.splice(0)) resolve();
    }
  }

  #ask(instruction: Instruction): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      this.#waitingForDone.push(resolve);
      void this.gone.then(() => {
        reject(new Error(`${this.label} ended before it had done what it was told (${instruction.kind})`));
      });
      this.#send(instruction);
    });
  }

  #send(instruction: Instruction): void {
    this.#socket.write(`${JSON.stringify(instruction)}\n`);
  }
}

function labelOf({program, argv, environment}: Extract<Report, {kind: 'called'}>): string {
  return program === 'make' ? makeLabel(argv, environment['FLAVOR']) : pkgLabel(argv);
}

function makeLabel(argv: readonly string[], flavor: string | undefined): string {
  // `-C DIRECTORY` comes first.
  const directory = (argv[1] ?? '').split('/').slice(-2).join('/');
  const origin = flavor === undefined ? directory : `${directory}@${flavor}`;
  if (argv.includes('-V')) return `read ${origin}`;
  const targets = argv.slice(2).filter((word) => /^[a-z]/.test(word) && !word.includes('='));
  return `${targets.find((target) => target !== 'clean') ?? 'clean'} ${origin}`;
}

function pkgLabel(argv: readonly string[]): string {
  const [command = '', ...args] = argv[0] === '-o' ? argv.slice(2) : argv;
  const operands = args.filter((word) => !word.startsWith('-'));
  if (command === 'create') operands.shift(); // the folder
  return `pkg ${[command, ...operands.map((word) => basename(word, '.pkg'))].join(' ')}`;
}

export function fits(matcher: Matcher, label: string): boolean {
  if (typeof matcher !== 'string') return matcher.test(label);
  return label === matcher || label.startsWith(`${matcher} `);
}

type Handler = (invocation: Invocation) => Promise<void>;

/**
 * Where the stand-ins report to. A call does its work and ends well at once, unless the test wants to decide: `hold`
 * keeps calls for `next`, `on` says once and for all what becomes of them. The rule given last counts.
 */
export class RemoteCommands {
  /** Labels of all calls that ever came, in that order. */
  readonly started: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #rules: {readonly matcher: Matcher; readonly handler: Handler | 'hold'}[] = [];
  readonly #held: Invocation[] = [];
  readonly #waiting: {readonly matcher: Matcher; readonly take: (invocation: Invocation) => void}[] = [];
  /** What went wrong in a handler; to be thrown at the end of the test. */
  readonly problems: unknown[] = [];

  constructor() {
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  async listen(path: string): Promise<void> {
    this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  /** Ends the waits of all stand-ins, which end with that. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  hold(...matchers: readonly Matcher[]): void {
    for (const matcher of matchers) this.#rules.unshift({matcher, handler: 'hold'});
  }

  on(matcher: Matcher, handler: Handler): void {
    this.#rules.unshift({matcher, handler});
  }

  /** The next held call that fits, once it has come. Each call is given out once. */
  next(matcher: Matcher): Promise<Invocation> {
    const index = this.#held.findIndex(({label}) => fits(matcher, label));
    const [found] = index < 0 ? [] : this.#held.splice(index, 1);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((take) => this.#waiting.push({matcher, take}));
  }

  /** Labels of the held calls that nobody has asked for yet. */
  get held(): string[] {
    return this.#held.map(({label}) => label);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let invocation: Invocation | undefined;
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined); // A killed stand-in; `close` follows.
    socket.on('data', (chunk) => {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const report = JSON.parse(line) as Report;
        if (report.kind === 'called') {
          invocation = new Invocation(report, socket);
          this.#arrived(invocation);
        } else invocation?.receive(report);
      }
    });
  }

  #arrived(invocation: Invocation): void {
    this.started.push(invocation.label);
    const rule = this.#rules.find(({matcher}) => fits(matcher, invocation.label));
    if (rule?.handler !== 'hold') {
      const handler = rule?.handler ?? ((call: Invocation): Promise<void> => call.succeed());
      handler(invocation).catch((error: unknown) => this.problems.push(error));
      return;
    }
    const index = this.#waiting.findIndex(({matcher}) => fits(matcher, invocation.label));
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) this.#held.push(invocation);
    else waiting.take(invocation);
  }
}
