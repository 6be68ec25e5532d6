import { type BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { FeedMessage } from '../views.ts';
import { parseJson, type Session, type SessionLink } from './frame-client.ts';
import type { FeedChannel, FeedHandlers } from './types.ts';

/** Changes of everything. A snapshot starts it anew after each loss, so there is nothing to remember. */
export class FeedSession implements Session, FeedChannel {
  readonly resumable = true;
  #handlers: FeedHandlers;
  #link: SessionLink;

  constructor(handlers: FeedHandlers, link: SessionLink) {
    this.#handlers = handlers;
    this.#link = link;
  }

  openPayload(): object {
    return { kind: 'feed' };
  }

  frame(frame: Frame): void {
    if (frame.type === FrameType.feed) this.#handlers.message(parseJson(frame.payload) as FeedMessage);
  }

  lost(): void {}

  failed(error: BoxError): void {
    this.#handlers.error?.(error);
  }

  close(): void {
    this.#link.send(FrameType.close);
    this.#link.release();
  }
}
