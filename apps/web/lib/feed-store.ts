import type { ContainerView, EventView, FeedMessage } from '@boxyard/api';

/** The latest events that pages can look back on; older ones are asked for. */
export const EVENTS_HELD = 500;

export type Containers = ReadonlyMap<string, ContainerView>;
/** What is about containers; statistics and terminals are for others. */
export type YardMessage = Extract<FeedMessage, { type: 'snapshot' | 'container' | 'removed' | 'event' }>;

interface FeedStoreOptions {
  /** Runs what it is given soon, once: the next animation frame. */
  schedule(flush: () => void): void;
  /** What the messages since the last flush were about, for whoever keeps answers of the agent. */
  onEvents?(events: readonly EventView[]): void;
  onSnapshot?(): void;
}

/**
 * What the feed told. However many messages come, listeners hear once a flush, and those of one container only when that one changed:
 * a thousand boxes that start are one rendering of the list.
 */
export class FeedStore {
  readonly #options: FeedStoreOptions;
  readonly #listeners = new Set<() => void>();
  readonly #containerListeners = new Map<string, Set<() => void>>();
  /** What is shown; replaced at a flush. */
  #containers: Containers | null = null;
  #events: readonly EventView[] = [];
  /** Since the last flush; null stands for a container that was removed. */
  #changes = new Map<string, ContainerView | null>();
  #newEvents: EventView[] = [];
  #fresh = false;
  #scheduled = false;

  constructor(options: FeedStoreOptions) {
    this.#options = options;
  }

  /** Null until the first snapshot. */
  get containers(): Containers | null {
    return this.#containers;
  }

  /** Oldest first, at most `EVENTS_HELD`. */
  get events(): readonly EventView[] {
    return this.#events;
  }

  receive(message: YardMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#fresh = true;
        this.#changes = new Map(message.containers.map((container) => [container.id, container]));
        break;
      case 'container':
        this.#changes.set(message.container.id, message.container);
        break;
      case 'removed':
        this.#changes.set(message.id, null);
        break;
      case 'event':
        this.#newEvents.push(message.event);
        break;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => this.flush());
  }

  /** Events that were asked for: those before what the feed told, and those that were missed while it was away. */
  addEvents(events: readonly EventView[]): void {
    const before = this.#events.length;
    this.#events = merged(this.#events, events);
    if (this.#events.length !== before) this.#tell(this.#listeners);
  }

  /** Shows what came since the last time. */
  flush(): void {
    this.#scheduled = false;
    const fresh = this.#fresh;
    const events = this.#newEvents;
    const first = this.#containers === null;
    const changed = this.#applyChanges();
    this.#fresh = false;
    this.#newEvents = [];
    if (events.length > 0) this.#events = merged(this.#events, events);
    // The first snapshot also tells that a container is not there.
    const told = first ? [...this.#containerListeners.keys()] : changed;
    for (const id of told) this.#tell(this.#containerListeners.get(id) ?? []);
    if (fresh || changed.length > 0 || events.length > 0) this.#tell(this.#listeners);
    if (fresh) this.#options.onSnapshot?.();
    if (events.length > 0) this.#options.onEvents?.(events);
  }

  /** Forgets everything: another session sees another yard. */
  reset(): void {
    this.#changes.clear();
    this.#newEvents = [];
    this.#fresh = false;
    this.#containers = null;
    this.#events = [];
    for (const listeners of this.#containerListeners.values()) this.#tell(listeners);
    this.#tell(this.#listeners);
  }

  /** Anything changed. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This container changed, came or went. */
  subscribeTo(id: string, listener: () => void): () => void {
    const listeners = this.#containerListeners.get(id) ?? new Set();
    this.#containerListeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#containerListeners.get(id) === listeners)
        this.#containerListeners.delete(id);
    };
  }

  /** The ids that are not what they were. */
  #applyChanges(): string[] {
    const changes = this.#changes;
    if (changes.size === 0 && !this.#fresh) return [];
    this.#changes = new Map();
    const before = this.#containers ?? new Map<string, ContainerView>();
    const after = this.#fresh ? new Map<string, ContainerView>() : new Map(before);
    for (const [id, container] of changes) {
      if (container === null) after.delete(id);
      else after.set(id, same(before.get(id), container));
    }
    const first = this.#containers === null;
    this.#containers = after;
    const touched = this.#fresh ? new Set([...before.keys(), ...after.keys()]) : changes.keys();
    return [...touched].filter((id) => first || before.get(id) !== after.get(id));
  }

  #tell(listeners: Iterable<() => void>): void {
    for (const listener of listeners) listener();
  }
}

/** The one we have where nothing changed: after a reconnect a snapshot repeats what is shown, and none of it needs drawing again. */
function same(before: ContainerView | undefined, now: ContainerView): ContainerView {
  return before?.revision === now.revision && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/** Both, in order of sequence, each once. */
function merged(held: readonly EventView[], more: readonly EventView[]): readonly EventView[] {
  const last = held.at(-1)?.sequence ?? 0;
  if (more.every(({ sequence }, index) => sequence > (more[index - 1]?.sequence ?? last))) {
    return [...held, ...more].slice(-EVENTS_HELD);
  }
  const bySequence = new Map([...held, ...more].map((event) => [event.sequence, event]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence).slice(-EVENTS_HELD);
}
