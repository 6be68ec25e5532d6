'use client';
import type { EventView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { clock } from '../../../lib/format';
import { queries } from '../../../lib/queries';
import { Answer } from './answer';

/** What happened to a box last, newest first. */
export function RecentEvents({ container }: { container: string }) {
  const query = useQuery(queries.containerEvents(container));
  return (
    <Answer query={query}>
      {(events) =>
        events.length === 0 ? (
          <p className="text-quiet">Nothing is on record.</p>
        ) : (
          <>
            <ol className="flex flex-col gap-1">
              {events.toReversed().map((event) => (
                <li key={event.sequence} className="flex min-w-0 gap-3">
                  <time dateTime={event.time} title={event.time} className="shrink-0 text-quiet">
                    {clock(event.time)}
                  </time>
                  <span className="min-w-0 truncate">
                    {event.action.replaceAll('_', ' ')} <span className="text-quiet">{detailOf(event)}</span>
                  </span>
                </li>
              ))}
            </ol>
            <p className="mt-2">
              <Link
                href={`/events/?q=${encodeURIComponent(container.slice(0, 12))}`}
                prefetch={false}
                className="text-accent hover:underline"
              >
                All events
              </Link>
            </p>
          </>
        )
      }
    </Answer>
  );
}

/** The attribute that tells most, as Docker names them. */
function detailOf({ attributes }: EventView): string {
  if (attributes.exitCode !== undefined) return `with code ${attributes.exitCode}`;
  if (attributes.signal !== undefined) return `signal ${attributes.signal}`;
  if (attributes.oldName !== undefined) return `from ${attributes.oldName}`;
  return attributes.reason ?? '';
}
