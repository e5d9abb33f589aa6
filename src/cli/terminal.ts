import {makePalette, type Palette} from '../logging/palette.js';
import {pageFor, StreamSink, type Page} from '../logging/sink.js';
import {InfoSignal} from './info-signal.js';

/** The two streams that people read, and how they take colour. */
export interface Terminal {
  readonly out: StreamSink;
  readonly err: StreamSink;
  readonly palette: Palette;
  /** Where a question can be asked, if stdin is a terminal: on stdout, or on stderr when stdout goes somewhere else. */
  readonly dialogue?: NodeJS.WriteStream;
  page(): Page;
  /** Answers whoever asks with a signal what goes on. Owns the signal until it is disposed of. */
  readonly info: InfoSignal;
}

/** Looks at the process's own streams. Colour only where stdout is a terminal that has it and NO_COLOR is not set. */
export function openTerminal(): Terminal {
  const {NO_COLOR: noColor, TERM: term} = process.env;
  const out = new StreamSink(process.stdout);
  const err = new StreamSink(process.stderr);
  const color = out.isTerminal && (noColor === undefined || noColor === '') && term !== 'dumb';
  const palette = makePalette({color});
  return {
    out,
    err,
    palette,
    ...(process.stdin.isTTY ? {dialogue: out.isTerminal ? process.stdout : process.stderr} : {}),
    page: () => pageFor(out, palette),
    info: new InfoSignal(() => {
      err.write('portpar: no run has been started yet.\n');
    }),
  };
}
