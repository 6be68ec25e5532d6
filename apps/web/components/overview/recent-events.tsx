import { useEvents } from '../../lib/connection';
import { useNow } from '../../lib/now';
import { EventSentence, EventTime } from '../events/event-sentence';
import { Card } from './card';

const SHOWN = 9;
/** One action on a box makes several; who only looks wants to know what came of it. */
const BESIDE_THE_POINT = new Set(['exec_create', 'kill']);

/** What happened last. */
export function RecentEvents() {
  const events = useEvents();
  const now = useNow();
  const shown = events.filter(({ action }) => !BESIDE_THE_POINT.has(action)).slice(-SHOWN);
  return (
    <Card title="Recent events" more={{ href: '/events/', label: 'All events' }}>
      {shown.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-quiet">Nothing has happened yet.</p>
      ) : (
        <ul className="pb-2">
          {shown.toReversed().map((event) => (
            <li key={event.sequence} className="flex min-h-row items-center gap-3 px-4">
              <span className="min-w-0 flex-1 truncate">
                <EventSentence event={event} />
              </span>
              <EventTime time={event.time} now={now} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
