import type { EventView } from '@boxyard/api';
import { BoxError, compileEventFilter, compileTemplate } from '@boxyard/spec';
import { print } from '../output/print.ts';
import { printable } from '../output/table.ts';
import { EventFollower, type StoredRange, storedEvents } from '../session/event-follower.ts';
import { collect, defineVerb } from '../verb.ts';
import { parseMoment } from './logs.ts';

interface EventsOptions {
  since?: string;
  until?: string;
  filter?: string[];
  format?: string;
  last?: string;
}

/** As `docker events` prints them: time, type, action, id, and in parentheses what is known beside. */
export function eventLine({ time, type, action, id, name, attributes }: EventView): string {
  const known = Object.entries({ name, ...attributes })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  return printable(`${time} ${type} ${action} ${id} (${known.join(', ')})`);
}

/** Fields under the names of Docker's templates. */
function fields({ sequence, time, type, action, id, name, attributes }: EventView) {
  const milliseconds = Date.parse(time);
  return {
    Sequence: sequence,
    Time: Math.floor(milliseconds / 1000),
    TimeNano: milliseconds * 1e6,
    Type: type as string,
    Action: action,
    Status: action,
    ID: id,
    Name: name,
    From: attributes.image ?? '',
    Actor: { ID: id, Attributes: attributes },
  };
}

function lineMaker(format: string | undefined): (event: EventView) => string {
  if (format === undefined) return eventLine;
  if (format === 'json') return (event) => JSON.stringify(event);
  if (!format.includes('{{')) {
    throw new BoxError('INVALID_ARGUMENT', `--format: "${format}" is no format`, {
      hint: "use json or a template like '{{.Action}} {{.Name}}'",
    });
  }
  const template = compileTemplate(format);
  return (event) => template(fields(event));
}

function rangeOf(options: EventsOptions, filters: string[]): StoredRange | undefined {
  const { since, until, last } = options;
  if (since === undefined && until === undefined && last === undefined) return undefined;
  if (last !== undefined && !/^\d+$/.test(last)) {
    throw new BoxError('INVALID_ARGUMENT', `--last: "${last}" is no number of events`);
  }
  const now = Date.now();
  return {
    filters,
    ...(since === undefined ? {} : { since: parseMoment(since, '--since', now) }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until', now) }),
    ...(last === undefined ? {} : { last: Number(last) }),
  };
}

/** Milliseconds since the epoch of what `parseMoment` gave: RFC 3339 or Unix seconds. */
function unixTime(moment: string): number {
  return /^[\d.]+$/.test(moment) ? Number(moment) * 1000 : Date.parse(moment);
}

export default defineVerb<EventsOptions>({
  examples: [
    'events',
    'events --since 1h --filter container=web',
    "events --filter event=die --format '{{.Name}} {{.Actor.Attributes.exitCode}}'",
  ],
  define: (command) =>
    command
      .option('--since <time>', 'first those stored since then: an age like 10m, RFC 3339 or unix seconds')
      .option('--until <time>', 'end then; a time that has passed shows stored ones alone')
      .option('-n, --last <number>', 'first the last stored ones')
      .option('-f, --filter <key=value>', 'type, event, container, image, label; may be repeated', collect)
      .option('--format <format>', "json, or a template like '{{.Action}} {{.Name}}'"),
  async run({ options, agent }) {
    const filters = options.filter ?? [];
    const passes = compileEventFilter(filters);
    const line = lineMaker(options.format);
    const range = rangeOf(options, filters);
    const until = range?.until === undefined ? Number.POSITIVE_INFINITY : unixTime(range.until);
    const tell = (event: EventView) => {
      if (passes(event) && Date.parse(event.time) <= until) print(line(event));
    };
    if (until <= Date.now()) {
      for (const event of await storedEvents(agent, range ?? { filters })) tell(event);
      return 0;
    }
    const following = new EventFollower(agent, tell).follow(await agent.frames(), range);
    if (until === Number.POSITIVE_INFINITY) return following;
    return Promise.race([following, endOf(until)]);
  },
});

/** The longest that a timer takes (2^31 - 1 ms, 24 days). */
const TIMER_MAX_MS = 2_147_483_647;

async function endOf(until: number): Promise<number> {
  for (;;) {
    const rest = until - Date.now();
    if (rest <= 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, Math.min(rest, TIMER_MAX_MS)));
  }
}
