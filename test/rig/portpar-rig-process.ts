import {spawn, type ChildProcess} from 'node:child_process';

/** How a portpar ended. */
export interface Ended {
  /** The exit code; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Another user to run as. */
  readonly uid?: number;
  /** Keeps stdin open for `type`; otherwise it is closed. */
  readonly interactive?: boolean;
}

/** A running portpar, and what it has printed so far. */
export class PortparProcess {
  readonly command: string;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;

  constructor(options: ProcessOptions) {
    const {program, args, cwd, env, uid, interactive = false} = options;
    this.command = [program, ...args].join(' ');
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: [interactive ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : {uid, gid: uid}),
    });
    this.#child = child;
    this.pid = child.pid ?? 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8');
      child[name]?.on('data', (chunk) => {
        this[name] += String(chunk);
        this.#look();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => {
        this.#hasEnded = true;
        this.#look();
        const {stdout, stderr} = this;
        resolve({status: status ?? undefined, signal: signal ?? undefined, stdout, stderr});
      });
    });
  }

  get isRunning(): boolean {
    return !this.#hasEnded;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Stops reading what it prints, as `| head -1` does. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  /** Resolves when there is text that fits; rejects when portpar ends without having printed any. */
  async printed(pattern: RegExp, to: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    while (!pattern.test(this[to])) {
      if (this.#hasEnded) throw new Error(`portpar ended and had not printed ${String(pattern)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
