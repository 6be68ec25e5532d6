import { type BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { FeedWatch } from '../schemas/stats.ts';
import type { FeedMessage } from '../views.ts';
import { parseJson, type Session, type SessionLink } from './frame-client.ts';
import type { FeedChannel, FeedHandlers } from './types.ts';

/** Changes of everything. A snapshot starts it anew after each loss; what is remembered is whose statistics are watched. */
export class FeedSession implements Session, FeedChannel {
  readonly resumable = true;
  #handlers: FeedHandlers;
  #link: SessionLink;
  #watch: FeedWatch | undefined;
  /** The agent answered on this connection. */
  #open = false;

  constructor(handlers: FeedHandlers, link: SessionLink) {
    this.#handlers = handlers;
    this.#link = link;
  }

  openPayload(): object {
    return { kind: 'feed' };
  }

  frame(frame: Frame): void {
    if (frame.type === FrameType.open) {
      this.#open = true;
      if (this.#watch) this.#link.sendJson(FrameType.feed, this.#watch);
    } else if (frame.type === FrameType.feed) {
      this.#handlers.message(parseJson(frame.payload) as FeedMessage);
    }
  }

  watch(watch: FeedWatch): void {
    this.#watch = watch;
    if (this.#open) this.#link.sendJson(FrameType.feed, watch);
  }

  lost(): void {
    this.#open = false;
  }

  failed(error: BoxError): void {
    this.#handlers.error?.(error);
  }

  close(): void {
    this.#link.send(FrameType.close);
    this.#link.release();
  }
}
