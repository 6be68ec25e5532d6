'use client';
import type { ContainerView } from '@boxyard/api';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { CONTAINER_TABS, type ContainerTab } from '../../../lib/containers/links';
import { PartBoundary } from '../../shell/broken-part';
import { Tabs } from '../../ui/tabs';
import { ContainerHeader } from './container-header';
import { OverviewTab } from './overview-tab';
import { useContainerKeys } from './use-container-keys';

// Each is loaded when it is first shown: terminal and charts are large.
const LogsTab = dynamic(() => import('./logs-tab'), { ssr: false });
const TerminalTab = dynamic(() => import('./terminal-tab'), { ssr: false });
const StatsTab = dynamic(() => import('./stats-tab'), { ssr: false });
const ConfigTab = dynamic(() => import('./config-tab'), { ssr: false });
const InspectTab = dynamic(() => import('./inspect-tab'), { ssr: false });
const RenameDialog = dynamic(() => import('./rename-dialog'), { ssr: false });

const TITLES: Record<ContainerTab, string> = {
  overview: 'Overview',
  logs: 'Logs',
  terminal: 'Terminal',
  stats: 'Stats',
  config: 'Config',
  inspect: 'Inspect',
};
const ITEMS = CONTAINER_TABS.map((value) => ({ value, label: TITLES[value] }));

/** One box: its head, and a tab for each way to look at it. */
export default function ContainerTabs({ container }: { container: ContainerView }) {
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(CONTAINER_TABS).withDefault('overview'));
  const [renaming, setRenaming] = useState(false);
  const rename = () => setRenaming(true);
  const show = (next: ContainerTab) => void setTab(next, { history: 'push' });
  useContainerKeys({ container, show, rename });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ContainerHeader container={container} rename={rename} />
      <Tabs
        label={`Views of ${container.name}`}
        items={ITEMS}
        value={tab}
        onChange={show}
        className="flex min-h-0 flex-1 flex-col"
      >
        <PartBoundary part={tab}>
          {tab === 'overview' && <OverviewTab container={container} show={show} />}
          {tab === 'logs' && <LogsTab container={container} />}
          {tab === 'terminal' && <TerminalTab container={container} />}
          {tab === 'stats' && <StatsTab container={container} />}
          {tab === 'config' && <ConfigTab container={container} />}
          {tab === 'inspect' && <InspectTab container={container} />}
        </PartBoundary>
      </Tabs>
      {renaming && <RenameDialog container={container} close={() => setRenaming(false)} />}
    </div>
  );
}
