import type {PortOrigin} from '../model/origin.js';

/**
 * What is spoken over the socket of a run: the client sends one line of JSON, the run answers with one and ends the
 * connection. The number changes whenever an old client would misread an answer.
 */
export const protocolVersion = 1;

/** What a run can be asked to do. */
export type ControlRequest =
  | {readonly command: 'status'}
  | {readonly command: 'pause'}
  | {readonly command: 'resume'}
  /** As SIGTERM: asked again, the run ends at once. */
  | {readonly command: 'stop'}
  /** So many builders, or so many more (`by`; fewer where negative). */
  | {readonly command: 'workers'; readonly change: 'to' | 'by'; readonly count: number}
  /** An origin, package name or port name of the run's plan. */
  | {readonly command: 'push'; readonly port: string};

/** Why a run does not do what it was asked. */
export type RefusalKind =
  /** Not understood: another version, or no request at all. */
  | 'protocol'
  /** Understood, and meaningless: no such port, a number out of range. */
  | 'usage'
  /** Too late, or nothing left to do. */
  | 'state'
  /** A bug on the side of the run. */
  | 'internal';

export interface Refusal {
  readonly kind: RefusalKind;
  readonly message: string;
  readonly hint?: string;
}

/** What comes back when a command was carried out. */
export type ControlResult =
  /** Plain data that describes the run; null before it has started. */
  | {readonly command: 'status'; readonly run: unknown}
  /** Not changed: it was so already. */
  | {readonly command: 'pause' | 'resume'; readonly changed: boolean}
  | {readonly command: 'stop'}
  | {readonly command: 'workers'; readonly before: number; readonly builders: number}
  /** Several where an origin without flavor stands for several flavors. */
  | {readonly command: 'push'; readonly pushed: readonly PortOrigin[]};

export type ControlAnswer =
  | {readonly protocol: number; readonly ok: true; readonly result: ControlResult}
  | {readonly protocol: number; readonly ok: false; readonly refusal: Refusal};

/** The greatest number of builders that a run may be given. */
export const mostBuilders = 1024;

/** Reads a line that somebody sent: a request, or what is wrong with it. */
export function parseRequest(line: string): ControlRequest | Refusal {
  const value = parseObject(line);
  if (value === undefined) return unknown('this is no JSON object');
  const {command, change, count, port} = value;
  switch (command) {
    case 'status':
    case 'pause':
    case 'resume':
    case 'stop':
      return {command};
    case 'workers': {
      if (change !== 'to' && change !== 'by') return unknown('workers takes a change: "to" or "by"');
      const least = change === 'to' ? 1 : -mostBuilders;
      if (typeof count !== 'number' || !Number.isInteger(count) || count < least || count > mostBuilders) {
        return unknown(`workers takes a whole number from ${least} to ${mostBuilders}`);
      }
      return {command, change, count};
    }
    case 'push':
      return typeof port === 'string' && port !== '' ? {command, port} : unknown('push takes a port');
    default:
      return unknown('this run knows no such command');
  }
}

/** Reads the answer of a run; undefined for what is none, or none that this portpar understands. */
export function parseAnswer(line: string): ControlAnswer | undefined {
  const value = parseObject(line);
  if (value?.['protocol'] !== protocolVersion) return undefined;
  const part = value['ok'] === true ? value['result'] : value['ok'] === false ? value['refusal'] : undefined;
  // Of the same version: what is in it is what the types say.
  return typeof part === 'object' && part !== null ? (value as unknown as ControlAnswer) : undefined;
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unknown(message: string): Refusal {
  return {kind: 'protocol', message};
}
