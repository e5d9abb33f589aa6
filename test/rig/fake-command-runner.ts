import type {CommandOutcome, CommandSpec} from '../../src/model/command.js';
import type {Captured, CommandRunner, CommandUsage, LoggedOptions} from '../../src/system/command.js';

/** What a faked command does; what is not given is as it is for a command that succeeds without a word. */
export interface FakeAnswer {
  readonly status?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** In place of an exit status. */
  readonly outcome?: CommandOutcome;
  /** What it took, for a logged command. */
  readonly usage?: CommandUsage;
}

type Answer = FakeAnswer | ((spec: CommandSpec) => FakeAnswer | Promise<FakeAnswer>);

interface Rule {
  readonly words: readonly string[];
  readonly answer: Answer;
}

/**
 * Answers commands from a table and remembers all calls. A rule fits a command that has all of its words among program and
 * arguments, in that order; of several the one added last counts. A command without a rule is a fault of the test.
 */
export class FakeCommandRunner implements CommandRunner {
  /** Every call as one line, in the order of their starts. */
  readonly calls: string[] = [];
  readonly specs: CommandSpec[] = [];
  /** What was handed down to each logged command. */
  readonly descriptors: Readonly<Record<number, number>>[] = [];
  /** What logged commands took whose answer does not say. */
  usage: CommandUsage | undefined;
  readonly #rules: Rule[] = [];

  on(words: string, answer: Answer = {}): this {
    this.#rules.unshift({words: words.split(' '), answer});
    return this;
  }

  async capture(spec: CommandSpec): Promise<Captured> {
    const answer = await this.#answer(spec);
    return {outcome: outcomeOf(answer), stdout: answer.stdout ?? '', stderr: answer.stderr ?? ''};
  }

  async logged(spec: CommandSpec, options: LoggedOptions): Promise<CommandOutcome> {
    options.onStart?.(4321);
    this.descriptors.push(options.descriptors ?? {});
    const answer = await this.#answer(spec);
    const usage = answer.usage ?? this.usage;
    if (usage !== undefined) options.onUsage?.(usage);
    return outcomeOf(answer);
  }

  async #answer(spec: CommandSpec): Promise<FakeAnswer> {
    const line = [spec.program, ...spec.args];
    this.calls.push(line.join(' '));
    this.specs.push(spec);
    const rule = this.#rules.find(({words}) => hasInOrder(line, words));
    if (rule === undefined) throw new Error(`The test has no answer for: ${line.join(' ')}`);
    return typeof rule.answer === 'function' ? rule.answer(spec) : rule.answer;
  }
}

function hasInOrder(line: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  for (const word of line) if (word === words[at]) at += 1;
  return at === words.length;
}

function outcomeOf({status = 0, outcome}: FakeAnswer): CommandOutcome {
  return outcome ?? {kind: 'exited', status};
}
