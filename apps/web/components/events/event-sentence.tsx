import type { EventView } from '@boxyard/api';
import Link from 'next/link';
import { useYard } from '../../lib/connection';
import { eventWords } from '../../lib/event-words';
import { age } from '../../lib/format';
import { TONE_TEXT } from '../ui/status-mark';

/** What happened to whom; a box that is still there is a link. */
export function EventSentence({ event }: { event: EventView }) {
  const { words, tone } = eventWords(event);
  return (
    <>
      <EventSubject event={event} /> <span className={TONE_TEXT[tone]}>{words}</span>
    </>
  );
}

function EventSubject({ event: { type, id, name } }: { event: EventView }) {
  const { containers } = useYard();
  const label = (
    <span className="font-medium">{FULL_ID.test(name) || !name ? id.slice(0, SHORT_ID) : name}</span>
  );
  if (type !== 'container' || !containers?.has(id)) return label;
  return (
    <Link href={`/containers/view/?id=${id}`} className="hover:underline pointer-coarse:py-3">
      {label}
    </Link>
  );
}

/** What an anonymous volume is called. */
const FULL_ID = /^[0-9a-f]{64}$/;
const SHORT_ID = 12;
const ABSOLUTE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago, and exactly when on hover. */
export function EventTime({ time, now }: { time: string; now: number }) {
  return (
    <time
      dateTime={time}
      title={ABSOLUTE.format(new Date(time))}
      className="shrink-0 whitespace-nowrap text-quiet text-xs"
    >
      {age(time, now)}
    </time>
  );
}
