import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventService, EventsRequest, EventView } from '@boxyard/api';
import { compileEventFilter } from '@boxyard/spec';
import { logTime } from '../logs/time.ts';
import type { EventLog } from './log.ts';

/** Rows looked at in one turn of the event loop: about 2 ms. */
const PAGE = 500;

/** The newest stored events that a request asks for, oldest first. Throws INVALID_ARGUMENT for a filter or time that is none. */
export function eventService(log: EventLog): EventService {
  return { list: (request) => listEvents(log, request) };
}

async function listEvents(log: EventLog, request: EventsRequest): Promise<EventView[]> {
  const passes = compileEventFilter(request.filters);
  const since = request.since === undefined ? undefined : Date.parse(logTime(request.since));
  const until = request.until === undefined ? undefined : Date.parse(logTime(request.until));
  const found: EventView[] = [];
  let { before } = request;
  for (;;) {
    const page = log.page({ before, since, until, limit: PAGE });
    found.push(...page.filter(passes));
    before = page.at(-1)?.sequence;
    if (before === undefined || page.length < PAGE || found.length >= request.limit) {
      return found.slice(0, request.limit).reverse();
    }
    await nextTurn();
  }
}
