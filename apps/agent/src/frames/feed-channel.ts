import { type ContainerView, type FeedMessage, feedWatch, type Permission } from '@boxyard/api';
import type { EngineFace, StatsMessage, StatsWatch } from '@boxyard/engine';
import { BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { Channel, ChannelLink } from './connection.ts';
import { decodeJson } from './payload.ts';

/** Changes of one container within this time leave as one. */
const COALESCE_MS = 50;
/** Events that wait for a slow client; older ones are dropped (they are in `box events`). */
const EVENTS_MAX = 1_000;
/** In UTF-16 units of JSON: even at three bytes each a frame stays below its limit of 1 MiB. */
const SNAPSHOT_BYTES = 256 * 1024;
/** Rows of statistics in one frame: 120 bytes each at most. */
const STATS_ROWS_MAX = 8_000;

/** Channel 0: a snapshot of all containers, then what changes, the latest state only for a client that is slow. */
export class FeedChannel implements Channel {
  #link: ChannelLink;
  /** The last message about each container, about its terminals, and about each task, that was not sent. */
  #changes = new Map<string, FeedMessage>();
  #events: FeedMessage[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stop: () => void;
  #engine: EngineFace;
  #permissions: ReadonlySet<Permission>;
  /** Once the client said what it looks at. */
  #stats: StatsWatch | undefined;

  constructor(link: ChannelLink, engine: EngineFace, permissions: ReadonlySet<Permission>) {
    this.#link = link;
    this.#engine = engine;
    this.#permissions = permissions;
    link.sendJson(FrameType.open, {});
    this.#stop = engine.feed((message) => this.#message(message));
  }

  frame(frame: Frame): void {
    if (frame.type === FrameType.feed) this.#watch(frame);
    if (frame.type !== FrameType.close) return;
    this.#link.end();
    this.dispose();
  }

  #watch({ payload }: Frame): void {
    const parsed = feedWatch.safeParse(decodeJson(payload));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new BoxError('INVALID_ARGUMENT', `feed: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    this.#stats ??= this.#engine.watchStats((message) => this.#tellStats(message));
    this.#stats.watch({ ...parsed.data, host: parsed.data.host && this.#permissions.has('system.read') });
  }

  /** What a slow client has no room for is dropped: the next second has newer figures. */
  #tellStats(message: StatsMessage): void {
    if (!this.#link.roomy) return;
    const rows = Object.entries(message.containers);
    for (let at = 0; at === 0 || at < rows.length; at += STATS_ROWS_MAX) {
      const containers = Object.fromEntries(rows.slice(at, at + STATS_ROWS_MAX));
      this.#link.sendJson(FrameType.feed, { ...message, containers });
    }
  }

  drained(): void {
    this.#flush();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#stop();
    this.#stats?.close();
  }

  #message(message: FeedMessage): void {
    if (message.type === 'snapshot') {
      this.#changes.clear();
      this.#snapshot(message.containers);
      return;
    }
    if (message.type === 'event') {
      this.#events.push(message);
      if (this.#events.length > EVENTS_MAX) this.#events.shift();
    } else if (message.type === 'task' || message.type === 'task-removed') {
      this.#changes.set(`task ${message.type === 'task' ? message.task.id : message.id}`, message);
    } else if (message.type === 'terminals') {
      this.#changes.set(`terminals ${message.container}`, message);
    } else if (message.type !== 'stats') {
      const id = message.type === 'container' ? message.container.id : message.id;
      this.#changes.delete(id);
      this.#changes.set(id, message);
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, COALESCE_MS);
  }

  /** As many containers as fit a frame; the rest follow one by one. */
  #snapshot(containers: ContainerView[]): void {
    let bytes = 0;
    const fit = containers.findIndex((container) => {
      bytes += JSON.stringify(container).length;
      return bytes > SNAPSHOT_BYTES;
    });
    const first = fit < 0 ? containers.length : fit;
    this.#link.sendJson(FrameType.feed, { type: 'snapshot', containers: containers.slice(0, first) });
    for (const container of containers.slice(first))
      this.#link.sendJson(FrameType.feed, { type: 'container', container });
  }

  #flush(): void {
    if (!this.#link.roomy) return;
    const messages = [...this.#changes.values(), ...this.#events];
    this.#changes.clear();
    this.#events = [];
    for (const message of messages) this.#link.sendJson(FrameType.feed, message);
  }
}
