'use client';
import Link from 'next/link';
import { useContainer } from '../lib/connection';
import { InspectPanel } from './inspect-panel';
import { LogViewer } from './logs/log-viewer';
import { RowActions } from './row-actions';
import { Page } from './shell/page';
import { TerminalPanel } from './terminals/terminal-panel';
import { EmptyState } from './ui/empty-state';
import { StatusMark } from './ui/status-mark';

const TABS = { logs: 'Logs', terminal: 'Terminal', inspect: 'Inspect' } as const;

const CRUMBS = [{ label: 'Boxes', href: '/containers/' }];

interface Props {
  id: string;
  tab: string;
}

export function ContainerPage({ id, tab }: Props) {
  const container = useContainer(id);
  if (container === undefined) return null;
  if (container === null) {
    return (
      <Page title="No such box" crumbs={CRUMBS}>
        <EmptyState title="No such box">
          <p>It was removed, or the address is wrong.</p>
          <Link href="/containers/" className="text-accent hover:underline">
            All boxes
          </Link>
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={container.name} crumbs={CRUMBS} bare>
      <div className="flex h-full min-h-0 flex-col">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
          <h2 className="font-semibold text-base">{container.name}</h2>
          <StatusMark container={container} />
          <span className="min-w-0 truncate text-quiet">{container.image}</span>
          <span className="sm:ml-auto">
            <RowActions container={container} />
          </span>
        </div>
        <nav aria-label="Box" className="flex gap-5 border-line border-b px-4">
          {Object.entries(TABS).map(([key, title]) => (
            <Link
              key={key}
              href={`/containers/view/?id=${id}&tab=${key}`}
              aria-current={key === tab ? 'page' : undefined}
              className={`-mb-px border-b-2 pb-1.5 ${key === tab ? 'border-accent font-medium' : 'border-transparent text-quiet hover:text-ink'}`}
            >
              {title}
            </Link>
          ))}
        </nav>
        <div className="min-h-64 flex-1">
          {tab === 'terminal' ? (
            <TerminalPanel container={container} />
          ) : tab === 'inspect' ? (
            <InspectPanel container={container} />
          ) : (
            <LogViewer containers={[{ id: container.id, name: container.name }]} />
          )}
        </div>
      </div>
    </Page>
  );
}
