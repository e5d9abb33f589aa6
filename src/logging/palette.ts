import {Chalk} from 'chalk';

/** What colours say in portpar's texts. Without colour each function gives back its argument, so plain text is byte-stable. */
export interface Palette {
  /** Headings. */
  strong(text: string): string;
  /** Things of minor interest: log lines, idle builders. */
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** Left out, skipped, cancelled, warned about. */
  doubtful(text: string): string;
}

/** The palette for an output that takes colour, or for one that does not. Whether it does is for the caller to know. */
export function makePalette({color}: {readonly color: boolean}): Palette {
  const chalk = new Chalk({level: color ? 1 : 0});
  return {
    strong: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    doubtful: (text) => chalk.yellow(text),
  };
}
