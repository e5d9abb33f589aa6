import {ok} from '../../model/result.js';
import {problem, type Attempt} from './problem.js';

/** The options of one command line, in getopt(3)'s manner, and the operands behind them. */
export class CommandOptions {
  readonly operands: readonly string[];
  readonly #given: readonly {readonly letter: string; readonly value: string}[];

  constructor(
    given: readonly {readonly letter: string; readonly value: string}[],
    operands: readonly string[],
  ) {
    this.#given = given;
    this.operands = operands;
  }

  has(letter: string): boolean {
    return this.#given.some((option) => option.letter === letter);
  }

  /** The value of an option's last use. */
  value(letter: string): string | undefined {
    return this.#given.findLast((option) => option.letter === letter)?.value;
  }

  /** All values of an option that may be repeated. */
  values(letter: string): readonly string[] {
    return this.#given.filter((option) => option.letter === letter).map((option) => option.value);
  }

  /** Which of some options that exclude each other came last. */
  last(letters: string): string | undefined {
    return this.#given.findLast((option) => letters.includes(option.letter))?.letter;
  }
}

/**
 * Reads options up to the first operand, as pkg(8) does (a `+` in front of getopt's letters). `letters` are getopt's: a
 * colon behind a letter means that it takes a value; `long` maps long names to letters.
 */
export function readOptions(
  args: readonly string[],
  letters: string,
  long: Readonly<Record<string, string>> = {},
): Attempt<CommandOptions> {
  const given: {letter: string; value: string}[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    const cluster = word.startsWith('--') ? longOption(word, long) : {letters: word.slice(1)};
    if (cluster === undefined) return problem(`unrecognized option '${word}'`);
    for (let index = 0; index < cluster.letters.length; index += 1) {
      const letter = cluster.letters.charAt(index);
      const known = letter === ':' ? -1 : letters.indexOf(letter);
      if (known < 0) return problem(`invalid option -- '${letter}'`);
      if (letters.charAt(known + 1) !== ':') {
        given.push({letter, value: ''});
        continue;
      }
      const rest = cluster.value ?? cluster.letters.slice(index + 1);
      const value = cluster.value === undefined && rest === '' ? args[(at += 1)] : rest;
      if (value === undefined) return problem(`option requires an argument -- '${letter}'`);
      given.push({letter, value});
      break;
    }
  }
  return ok(new CommandOptions(given, args.slice(at)));
}

function longOption(
  word: string,
  long: Readonly<Record<string, string>>,
): {readonly letters: string; readonly value?: string} | undefined {
  const [name = '', ...value] = word.slice(2).split('=');
  if (!Object.hasOwn(long, name)) return undefined;
  const letters = long[name] ?? '';
  return value.length === 0 ? {letters} : {letters, value: value.join('=')};
}
