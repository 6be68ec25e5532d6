import type { ContainerView, FeedMessage, TaskView } from '@boxyard/api';
import { BoxError, encodeFrame, type Frame, FrameDecoder, FrameType } from '@boxyard/spec';
import type { Way } from './agent-connect';
import { api, boxErrorOf } from './api';
import { sessionHeaders } from './session';

/** The agent says something at once; a proxy that has passed nothing on by now collects the answer until it ends. */
const FIRST_BYTES_MS = 5_000;
/** The agent's heartbeat comes every 15 s. */
const SILENCE_MS = 40_000;
const POLL_MS = 5_000;
/** Nobody can say what one tab of many looks at: all of it. */
const WATCH = { host: true, containers: 'all' } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const jsonFrame = (type: FrameType, value: unknown) =>
  encodeFrame(type, { payload: encoder.encode(JSON.stringify(value)) });

/** The feed without a WebSocket: frames of channel 0 as the agent would send them. */
export class SlowFeed {
  readonly #emit: (frames: Uint8Array[], way: Way) => void;
  #hello: Uint8Array | null = null;
  #containers = new Map<string, ContainerView>();
  #tasks = new Map<string, TaskView>();
  #way: Way = 'stream';

  constructor(emit: (frames: Uint8Array[], way: Way) => void) {
    this.#emit = emit;
  }

  /** Everything up to now, for somebody who comes later. */
  replay(): { frames: Uint8Array[]; way: Way } {
    const frames = this.#hello ? [this.#hello, ...this.#snapshot()] : [];
    return { frames, way: this.#way };
  }

  /** Ends by throwing a BoxError, or when `signal` says so. */
  async run(signal: AbortSignal): Promise<void> {
    const passes = await this.#stream(signal);
    if (!passes) await this.#poll(signal);
  }

  /** False when nothing came through in time. */
  async #stream(signal: AbortSignal): Promise<boolean> {
    const stop = new AbortController();
    const held = AbortSignal.any([signal, stop.signal]);
    let timer = setTimeout(() => stop.abort(), FIRST_BYTES_MS);
    let heard = false;
    try {
      const response = await fetch('/feed', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sessionHeaders() },
        body: JSON.stringify({ watch: WATCH }),
        signal: held,
      });
      if (!response.ok || !response.body) {
        throw BoxError.from((await response.json().catch(() => null)) ?? unavailable());
      }
      const frames = new FrameDecoder();
      for (const reader = response.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) throw unavailable();
        clearTimeout(timer);
        timer = setTimeout(() => stop.abort(), SILENCE_MS);
        heard = true;
        this.#take([...frames.push(value)]);
      }
    } catch (error) {
      if (stop.signal.aborted && !heard) return false;
      if (signal.aborted) return true;
      throw error instanceof BoxError ? error : unavailable();
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }

  #take(frames: readonly Frame[]): void {
    const sent = frames.filter(({ type }) => type !== FrameType.ack);
    for (const { type, payload } of sent) {
      if (type === FrameType.hello) this.#hello = encodeFrame(type, { payload: payload.slice() });
      else if (type === FrameType.feed) this.#remember(JSON.parse(decoder.decode(payload)) as FeedMessage);
    }
    if (sent.length > 0)
      this.#emit(
        sent.map((frame) => encodeFrame(frame.type, frame)),
        'stream',
      );
  }

  #remember(message: FeedMessage): void {
    if (message.type === 'snapshot') {
      this.#containers = byId(message.containers);
      this.#tasks.clear();
    } else if (message.type === 'container') this.#containers.set(message.container.id, message.container);
    else if (message.type === 'removed') this.#containers.delete(message.id);
    else if (message.type === 'task') this.#tasks.set(message.task.id, message.task);
    else if (message.type === 'task-removed') this.#tasks.delete(message.id);
  }

  /** One by one after an empty one: a frame has a largest size. */
  #snapshot(): Uint8Array[] {
    const messages: FeedMessage[] = [
      { type: 'snapshot', containers: [] },
      ...[...this.#containers.values()].map((container) => ({ type: 'container' as const, container })),
      ...[...this.#tasks.values()].map((task) => ({ type: 'task' as const, task })),
    ];
    return messages.map((message) => jsonFrame(FrameType.feed, message));
  }

  async #poll(signal: AbortSignal): Promise<void> {
    this.#way = 'polling';
    while (!signal.aborted) {
      const [containers, tasks] = await Promise.all([
        api.containers.list.query({ all: true }, { signal }),
        api.tasks.list.query(undefined, { signal }),
      ]).catch((error: unknown) => {
        throw boxErrorOf(error);
      });
      this.#containers = byId(containers);
      this.#tasks = byId(tasks);
      const first = this.#hello ? [] : [jsonFrame(FrameType.hello, { protocol: 1, build: '', features: [] })];
      this.#hello ??= first[0] ?? null;
      this.#emit([...first, ...this.#snapshot()], 'polling');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function byId<T extends { id: string }>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}

function unavailable(): BoxError {
  return new BoxError('UNAVAILABLE', 'the connection to the agent was lost');
}
