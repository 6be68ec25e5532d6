import type { AppRouter } from '@boxyard/api';
import type { FrameClient } from '@boxyard/api/client';
import { BoxError } from '@boxyard/spec';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { note } from '../output/print.ts';
import { download, exchange } from './http.ts';
import { socketPath } from './socket.ts';

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
/** `containers.list`, `images.tag`, … */
export type Procedure = {
  [Router in keyof Inputs & string]: `${Router}.${keyof Inputs[Router] & string}`;
}[keyof Inputs & string];
type At<Tree, Path> = Path extends `${infer Router}.${infer Name}`
  ? Router extends keyof Tree
    ? Name extends keyof Tree[Router]
      ? Tree[Router][Name]
      : never
    : never
  : never;
export type Input<P extends Procedure> = At<Inputs, P>;
export type Output<P extends Procedure> = At<Outputs, P>;

/** How long an agent that was there is looked for again. */
const RECONNECT_FOR_MS = 60_000;
const RETRY_MS = 200;
/** Calls whose input --debug does not show: it may hold a password. */
const SECRET = /^access\.|^registries\.login|^images\.(pull|push)$/;

/** The agent as a command sees it: procedures, streams, transfers. Nothing connects before it is used. */
export class Agent {
  readonly debug: boolean;
  readonly socketPath: string;
  #saidLost = false;
  /** Some call was answered: an agent that does not answer now has gone. */
  #reached = false;

  constructor(options: { debug?: boolean; socketPath?: string } = {}) {
    this.debug = options.debug ?? false;
    this.socketPath = options.socketPath ?? socketPath();
  }

  /** Reads. @throws BoxError as the agent gave it */
  query<P extends Procedure>(procedure: P, input: Input<P>, signal?: AbortSignal): Promise<Output<P>> {
    const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return this.#call(procedure, { method: 'GET', path: `/trpc/${procedure}${search}` }, signal);
  }

  /** Changes. @throws BoxError as the agent gave it */
  mutate<P extends Procedure>(procedure: P, input: Input<P>): Promise<Output<P>> {
    const body = JSON.stringify(input ?? {});
    return this.#call(procedure, { method: 'POST', path: `/trpc/${procedure}`, body });
  }

  /**
   * Repeats a call that may be repeated while the agent is away, for 60 s, with one line on stderr. An agent that was not there in the
   * first place is an error at once. `what` goes on meanwhile, as the line says.
   */
  async persistently<T>(call: () => Promise<T>, what = 'the box goes on, '): Promise<T> {
    let deadline: number | undefined;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof BoxError) || error.code !== 'UNAVAILABLE') throw error;
        // Errors of the connection say how far it came; without that an agent answered, and means it.
        const connected = error.details?.connected;
        const away = connected === true || (connected === false && this.#reached);
        if (!away && deadline === undefined) throw error;
        deadline ??= Date.now() + RECONNECT_FOR_MS;
        if (Date.now() > deadline) throw error;
        this.sayLost(what);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Sends a body to a path that a procedure minted; answers with what its handler gave. */
  async transfer(path: string, body: AsyncIterable<Uint8Array>): Promise<unknown> {
    const response = await exchange({ socketPath: this.socketPath, method: 'POST', path, body });
    const value = parseBody(response.body);
    if (response.status >= 400) throw BoxError.from(value);
    return value;
  }

  /** The body of a path that a procedure minted, as it comes. @throws BoxError also in the middle */
  download(path: string): AsyncGenerator<Buffer> {
    return download({ socketPath: this.socketPath, path });
  }

  /** The streams' connection, begun while the caller does something else; loaded only by the commands that stream. */
  async frames(): Promise<FrameClient> {
    const { openFrames } = await import('./frames.ts');
    return openFrames(this.socketPath, {
      lost: () => this.sayLost(),
      found: () => {
        this.#saidLost = false;
      },
    });
  }

  /** One line for each time the agent goes away. */
  sayLost(what = 'the box goes on, '): void {
    if (this.#saidLost) return;
    this.#saidLost = true;
    note(`box: the agent is away; ${what}trying to reach it again for 60 s`);
  }

  async #call<T>(
    procedure: string,
    request: { method: 'GET' | 'POST'; path: string; body?: string },
    signal?: AbortSignal,
  ): Promise<T> {
    const began = performance.now();
    const response = await exchange({
      socketPath: this.socketPath,
      ...request,
      ...(signal ? { signal } : {}),
    });
    if (this.debug) {
      const body = SECRET.test(procedure) ? '…' : (request.body ?? '');
      note(`box: ${procedure} ${body} → ${response.status} (${(performance.now() - began).toFixed(1)} ms)`);
    }
    this.#reached = true;
    const answer = parseBody(response.body) as {
      result?: { data?: T };
      error?: { message: string; data?: { box?: unknown } };
    };
    if (answer.error) throw BoxError.from(answer.error.data?.box ?? answer.error.message);
    return answer.result?.data as T;
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new BoxError('INTERNAL', 'the agent answered with something that is no JSON', {
      hint: 'is another program listening on its socket?',
      cause: error,
    });
  }
}
