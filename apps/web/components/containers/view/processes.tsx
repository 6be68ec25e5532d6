'use client';
import type { ContainerView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { bytes } from '../../../lib/format';
import { queries } from '../../../lib/queries';
import { Answer } from './answer';
import { ScrollRegion } from './scroll-region';

/** Nothing tells of processes that come and go, so they are asked for, while somebody looks. */
const REFRESH_MS = 3_000;
/** Of the columns that the agent gives, those that matter at a glance, in this order. */
const SHOWN = ['PID', 'HOST PID', 'UID', 'STATE', 'THREADS', 'RSS', 'TIME', 'COMMAND'];
const NUMBERS = new Set(['PID', 'HOST PID', 'UID', 'THREADS', 'RSS', 'TIME']);
/** A box may have ten thousand. */
const ROWS_SHOWN = 200;

/** What runs in the box. */
export function Processes({ container: { id, name } }: { container: ContainerView }) {
  const query = useQuery({ ...queries.processes(id), refetchInterval: REFRESH_MS });
  return (
    <Answer query={query}>
      {({ titles, processes }) => {
        const columns = SHOWN.filter((title) => titles.includes(title));
        return (
          <ScrollRegion label={`Processes of ${name}`} className="max-h-80 overflow-auto">
            <table className="w-full whitespace-nowrap text-left">
              <thead className="sticky top-0 bg-surface text-quiet">
                <tr>
                  {columns.map((title) => (
                    <th
                      key={title}
                      scope="col"
                      className={`pr-4 pb-1 font-normal ${NUMBERS.has(title) ? 'text-right' : ''}`}
                    >
                      {WORDS[title] ?? title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {processes.slice(0, ROWS_SHOWN).map((process) => (
                  <tr key={process[titles.indexOf('HOST PID')]}>
                    {columns.map((title) => (
                      <td
                        key={title}
                        className={`max-w-lg truncate pr-4 ${NUMBERS.has(title) ? 'text-right' : ''} ${title === 'COMMAND' ? 'font-mono text-mono' : ''}`}
                      >
                        <bdi>{cellOf(title, process[titles.indexOf(title)] ?? '')}</bdi>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            {processes.length > ROWS_SHOWN && (
              <p className="pt-1 text-quiet">and {processes.length - ROWS_SHOWN} more</p>
            )}
          </ScrollRegion>
        );
      }}
    </Answer>
  );
}

const WORDS: Record<string, string> = {
  'HOST PID': 'Host PID',
  UID: 'User',
  STATE: 'State',
  THREADS: 'Threads',
  RSS: 'Memory',
  TIME: 'CPU time',
  COMMAND: 'Command',
};

/** Longer than any window; a command line may have 128 kB. */
const COMMAND_CHARACTERS = 400;

function cellOf(title: string, value: string): string {
  if (title === 'RSS') return bytes(Number(value));
  if (title === 'TIME') return `${value} s`;
  return value.slice(0, COMMAND_CHARACTERS);
}
