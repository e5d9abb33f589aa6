import {connect} from 'node:net';
import {parseAnswer, type ControlAnswer, type ControlRequest} from './protocol.js';
import {isAbsent} from './socket-place.js';

/** A run that has not answered by then is stopped, or in deep trouble. */
const usualPatienceMs = 10_000;
/** Far longer than the longest answer, in characters. */
const longestAnswer = 16 * 1024 * 1024;

/** What came of asking a run. */
export type Reply =
  | {readonly kind: 'answer'; readonly answer: ControlAnswer}
  /** Somebody listens there; nothing was asked. */
  | {readonly kind: 'listening'}
  /** Nobody listens there any more: the run has ended. */
  | {readonly kind: 'gone'}
  /** It belongs to somebody else. */
  | {readonly kind: 'not-permitted'}
  | {readonly kind: 'trouble'; readonly message: string};

/** Sends a request to the socket of a run and waits for the answer. Without a request it only looks whether a run listens. */
export function ask(
  path: string,
  request: ControlRequest | undefined,
  patienceMs = usualPatienceMs,
): Promise<Reply> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let received = '';
    const settle = (reply: Reply): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(reply);
    };
    const patience = setTimeout(() => {
      settle({kind: 'trouble', message: `the run did not answer within ${patienceMs / 1000} s`});
    }, patienceMs);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      if (request === undefined) settle({kind: 'listening'});
      else socket.write(`${JSON.stringify(request)}\n`);
    });
    socket.on('data', (chunk) => {
      received += String(chunk);
      if (received.length > longestAnswer) settle({kind: 'trouble', message: 'its answer has no end'});
    });
    socket.on('error', (error) => {
      settle(replyOfError(error));
    });
    socket.on('end', () => {
      settle(replyOfText(received));
    });
  });
}

function replyOfError(error: NodeJS.ErrnoException): Reply {
  if (error.code === 'ECONNREFUSED' || isAbsent(error)) return {kind: 'gone'};
  if (error.code === 'EACCES' || error.code === 'EPERM') return {kind: 'not-permitted'};
  return {kind: 'trouble', message: error.message};
}

function replyOfText(text: string): Reply {
  // The run ended, or sent us away, before it had answered.
  if (text === '') return {kind: 'trouble', message: 'the run went away without an answer'};
  const answer = parseAnswer(text);
  return answer === undefined
    ? {kind: 'trouble', message: 'this run is of another version of portpar'}
    : {kind: 'answer', answer};
}
