import type { EventView } from '@boxyard/api';
import type { FrameClient } from '@boxyard/api/client';
import type { Agent } from '../agent/agent.ts';

/** The most that one question answers; more are asked for page by page. */
const PAGE = 10_000;
const LATEST: StoredRange = { filters: [], last: 1 };

export interface StoredRange {
  since?: string | undefined;
  until?: string | undefined;
  filters: string[];
  /** Only the last so many. */
  last?: number;
}

/** Stored events in a range, oldest first. */
export async function storedEvents(
  agent: Agent,
  { last = Number.POSITIVE_INFINITY, ...range }: StoredRange,
): Promise<EventView[]> {
  const pages: EventView[][] = [];
  for (let count = 0, before: number | undefined; count < last; ) {
    const limit = Math.min(PAGE, last - count);
    const cursor = before === undefined ? {} : { before };
    const page = await agent.persistently(() => agent.query('events.list', { ...range, ...cursor, limit }));
    pages.unshift(page);
    count += page.length;
    before = page[0]?.sequence;
    if (page.length < limit || before === undefined || before <= 1) break;
  }
  return pages.flat();
}

/**
 * Events from now on, or after those stored in a range: each once and in order, whatever happens to the connection. What is told live while
 * stored ones are asked for waits; the sequence says where the two meet.
 */
export class EventFollower {
  readonly #agent: Agent;
  readonly #tell: (event: EventView) => void;
  /** The sequence told last, or that nothing up to it is wanted. */
  #told: number | undefined;
  /** When that was. */
  #since: string | undefined;
  /** Live ones that wait; undefined while none has to. */
  #held: EventView[] | undefined;
  #connections = 0;

  constructor(agent: Agent, tell: (event: EventView) => void) {
    this.#agent = agent;
    this.#tell = tell;
  }

  /** Never resolves; rejects when the agent is away for longer than 60 s. @param stored told first; undefined: only what comes */
  follow(client: FrameClient, stored: StoredRange | undefined): Promise<never> {
    return new Promise((_, reject) => {
      client.feed({
        message: (message) => {
          if (message.type === 'snapshot') this.#catchUp(stored).catch(reject);
          else if (message.type === 'event') this.#live(message.event);
        },
        error: reject,
      });
    });
  }

  #live(event: EventView): void {
    if (this.#held) this.#held.push(event);
    else this.#pass([event]);
  }

  #pass(events: readonly EventView[]): void {
    for (const event of events) {
      if (event.sequence <= (this.#told ?? 0)) continue;
      this.#told = event.sequence;
      this.#since = event.time;
      this.#tell(event);
    }
  }

  /** At every connection: what happened before it, from where we were. */
  async #catchUp(stored: StoredRange | undefined): Promise<void> {
    const connection = ++this.#connections;
    const held: EventView[] = [];
    this.#held = held;
    const first = this.#told === undefined;
    const range = first ? (stored ?? LATEST) : { since: this.#since, filters: [] };
    const missed = await storedEvents(this.#agent, range);
    if (connection !== this.#connections) return;
    if (first && !stored) {
      const now = missed.at(-1)?.sequence ?? 0;
      this.#told = Math.min(now, (held[0]?.sequence ?? now + 1) - 1);
      this.#since = missed.at(-1)?.time;
    } else {
      this.#pass(missed);
      this.#told ??= 0;
    }
    this.#held = undefined;
    this.#pass(held);
  }
}
