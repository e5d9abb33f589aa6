import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import {answerRequest, refuse, type ControlledRun} from './answer-request.js';
import type {Refusal} from './protocol.js';
import {makeSocketPlace, type SocketPlace} from './socket-place.js';

/** Longer lines are no requests. */
const longestRequest = 4096;
/** A client that takes longer for its request and its answer is sent away. */
const usualPatienceMs = 5000;
/** So many at once; further ones are sent away. */
const mostClients = 16;

export interface ControlServerOptions {
  readonly run: ControlledRun;
  /** The run's folder: the socket is put into it. */
  readonly runDirectory: string;
  /** Where a socket goes whose path would be too long; the system's temporary directory if not given. */
  readonly temporaryDirectory?: string;
  /** How long a client may take; five seconds if not given. */
  readonly patienceMs?: number;
}

/**
 * Listens for `portpar ctl` and `portpar status` on a socket that only the run's user and root can reach. Whatever comes in
 * there, the run goes on: a request is answered or refused, and a client that is silent, slow, too talkative or gone costs
 * one connection for a few seconds. Keeps no process alive.
 */
export class ControlServer {
  readonly path: string;
  readonly #server: Server;
  readonly #place: SocketPlace;
  readonly #clients: Set<Socket>;

  private constructor(server: Server, place: SocketPlace, clients: Set<Socket>) {
    this.#server = server;
    this.#place = place;
    this.#clients = clients;
    this.path = place.path;
  }

  /** Starts to listen. A run whose socket cannot be made is still a run: the failure is worth a warning and no more. */
  static async open(options: ControlServerOptions): Promise<Result<ControlServer>> {
    const {run, runDirectory, temporaryDirectory, patienceMs = usualPatienceMs} = options;
    let place: SocketPlace | undefined;
    try {
      place = await makeSocketPlace(runDirectory, temporaryDirectory);
      if (place === undefined) return fail(trouble(runDirectory, 'its path is too long for a socket'));
      const clients = new Set<Socket>();
      const server = createServer({allowHalfOpen: true}, (client) => {
        serve(client, run, patienceMs);
        clients.add(client);
        client.on('close', () => clients.delete(client));
      });
      server.maxConnections = mostClients;
      server.listen(place.path);
      await once(server, 'listening');
      // Too few file descriptors for another client: the next one may have better luck.
      server.on('error', () => undefined);
      server.unref();
      return ok(new ControlServer(server, place, clients));
    } catch (error) {
      // What cannot be taken away is recognised later: nobody listens there.
      await place?.remove().catch(() => undefined);
      return fail(trouble(runDirectory, (error as Error).message));
    }
  }

  /** Ends all connections once what was answered is on its way, and takes the socket away. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const client of this.#clients) client.destroySoon();
    // Who has not taken the answer by now does not get it.
    setImmediate(() => {
      for (const client of this.#clients) client.destroy();
    });
    await closed;
    await this.#place.remove();
  }
}

/** Takes one request of a client and answers it. However slowly it sends or reads, after `patienceMs` it is over. */
function serve(client: Socket, run: ControlledRun, patienceMs: number): void {
  let received = '';
  let answered = false;
  const answer = (line: string | undefined): void => {
    answered = true;
    const reply = line === undefined ? refuse(noRequest) : answerRequest(line, run);
    client.end(`${JSON.stringify(reply)}\n`, () => client.destroy());
  };
  const patience = setTimeout(() => client.destroy(), patienceMs);
  patience.unref();
  client.unref();
  client.setEncoding('utf8');
  client.on('close', () => {
    clearTimeout(patience);
  });
  client.on('error', () => client.destroy()); // It has gone away; that is its own affair.
  client.on('data', (chunk) => {
    // What comes after the request is not kept, and not answered.
    if (answered) return;
    received += String(chunk);
    const end = received.indexOf('\n');
    if (end > longestRequest || (end < 0 && received.length > longestRequest)) answer(undefined);
    else if (end >= 0) answer(received.slice(0, end));
  });
  client.on('end', () => {
    if (answered) return;
    if (received === '') client.end();
    else answer(undefined);
  });
}

const noRequest: Refusal = {
  kind: 'protocol',
  message: `a request is one line of JSON, at most ${longestRequest} characters`,
};

function trouble(path: string, message: string): Failure {
  return {kind: 'file-trouble', action: 'listen for portpar ctl in', path, message};
}
