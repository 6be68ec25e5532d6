'use client';
import type { ContainerView } from '@boxyard/api';
import { humanizeAge, isAlive } from '@boxyard/spec';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { allowed, VERBS } from '../../lib/actions';
import { containerHref, shortId } from '../../lib/containers/links';
import { bytes, cpus } from '../../lib/format';
import { useLiveStats } from '../../lib/stats';
import { statusOf } from '../../lib/status';
import { Button, buttonClass } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { IconButton } from '../ui/icon-button';
import { CloseIcon } from '../ui/icons';
import { Sparkline } from '../ui/sparkline';
import { StatusMark } from '../ui/status-mark';
import { Clipped, sinceInWords } from './cells';
import type { Perform } from './container-actions';
import { LogGlance } from './log-glance';

interface PeekPanelProps {
  container: ContainerView;
  now: number;
  perform: Perform;
  close: () => void;
}

const LABELS_SHOWN = 6;

/** A box at a glance, beside the list; the arrows go on moving through the rows. */
export default function PeekPanel({ container, now, perform, close }: PeekPanelProps) {
  const { id, name, image, command, network, pid, state, createdAt, labels } = container;
  const entries = Object.entries(labels);
  return (
    <aside
      aria-label={`Peek: ${name}`}
      className="flex h-full w-96 max-w-full shrink-0 flex-col overflow-y-auto border-line border-l bg-surface max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-20 max-lg:shadow-pop"
    >
      <header className="flex items-center gap-2 px-4 pt-3">
        <h2 className="min-w-0 flex-1 truncate font-semibold text-title">
          <Link href={containerHref(id)} prefetch={false} className="hover:text-accent hover:underline">
            <bdi>{name}</bdi>
          </Link>
        </h2>
        <IconButton label="Close" shortcut="p" onClick={close}>
          <CloseIcon />
        </IconButton>
      </header>
      <div className="px-4">
        <StatusMark container={container} />
        <p className="mt-1 line-clamp-3 break-words text-quiet">{statusOf(container).why}</p>
      </div>
      <div className="flex flex-wrap gap-2 px-4 py-3">
        {(['start', 'stop', 'restart', 'remove'] as const)
          .filter((action) => allowed(action, container))
          .map((action) => (
            <Button
              key={action}
              size="small"
              variant={action === 'remove' ? 'danger' : 'plain'}
              onClick={() => perform(action, [container])}
            >
              {VERBS[action].label}
            </Button>
          ))}
        <Link
          href={containerHref(id, 'logs')}
          prefetch={false}
          className={`${buttonClass('plain', 'small')} ml-auto`}
        >
          Logs
        </Link>
        {isAlive(state) && (
          <Link
            href={containerHref(id, 'terminal')}
            prefetch={false}
            className={buttonClass('plain', 'small')}
          >
            Terminal
          </Link>
        )}
      </div>
      {isAlive(state) && <Figures id={id} name={name} />}
      <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-y-1 px-4 py-2">
        <Fact label="Image">
          <Clipped text={image} />
        </Fact>
        <Fact label="Command">
          <Clipped text={command.join(' ')} mono />
        </Fact>
        <Fact label={isAlive(state) ? 'Up' : 'Ended'}>{sinceInWords(container, now)}</Fact>
        <Fact label="Created">{humanizeAge(createdAt, now)}</Fact>
        <Fact label="Network">{network}</Fact>
        {pid !== null && <Fact label="PID">{pid}</Fact>}
        <Fact label="ID">
          <span className="font-mono text-mono">{shortId(id)}</span>
          <CopyButton text={id} label="Copy ID" size="small" />
        </Fact>
        {entries.length > 0 && (
          <Fact label="Labels">
            <ul className="min-w-0">
              {entries.slice(0, LABELS_SHOWN).map(([key, value]) => (
                <li key={key} className="flex min-w-0">
                  <Clipped text={`${key}=${value}`} />
                </li>
              ))}
              {entries.length > LABELS_SHOWN && <li>and {entries.length - LABELS_SHOWN} more</li>}
            </ul>
          </Fact>
        )}
      </dl>
      <section aria-label="Last log lines" className="px-4 pt-2 pb-4">
        <h3 className="mb-1 font-medium">Last lines</h3>
        <LogGlance container={container} lines={12} />
      </section>
    </aside>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="self-start text-quiet">{label}</dt>
      <dd className="flex min-w-0 items-center gap-1">{children}</dd>
    </>
  );
}

function Figures({ id, name }: { id: string; name: string }) {
  const stats = useLiveStats(id);
  return (
    <div className="grid grid-cols-2 gap-3 px-4 pb-1">
      {(['cpu', 'memory'] as const).map((key) => (
        <div key={key}>
          <p className="flex justify-between text-quiet">
            {key === 'cpu' ? 'CPU' : 'Memory'}
            <span className="text-ink">
              {stats ? (key === 'cpu' ? cpus(stats.cpu) : bytes(stats.memory)) : '–'}
            </span>
          </p>
          <Sparkline
            values={stats?.history[key] ?? []}
            label={`${key === 'cpu' ? 'CPU' : 'Memory'} of ${name} over the last minute`}
            className="h-8 w-full"
          />
        </div>
      ))}
    </div>
  );
}
