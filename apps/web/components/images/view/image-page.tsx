import type { ImageDetails } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { imageName } from '../../../lib/images/names';
import { queries } from '../../../lib/queries';
import { PartBoundary } from '../../shell/broken-part';
import { Page } from '../../shell/page';
import { Button, buttonClass } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { useLinger } from '../../ui/linger';
import { Skeleton } from '../../ui/skeleton';
import { Tabs } from '../../ui/tabs';
import type { ImageAction } from '../image-dialogs';

const ImageDialogs = dynamic(() => import('../image-dialogs'), { ssr: false });
const ImageHeader = dynamic(() => import('./image-header'), { ssr: false });
const OverviewTab = dynamic(() => import('./overview-tab'), { ssr: false });
const LayersTab = dynamic(() => import('./layers-tab'), { ssr: false });
const HistoryTab = dynamic(() => import('./history-tab'), { ssr: false });
const ConfigTab = dynamic(() => import('./config-tab'), { ssr: false });
const InspectTab = dynamic(() => import('./inspect-tab'), { ssr: false });

const TABS = ['overview', 'layers', 'history', 'config', 'inspect'] as const;
type Tab = (typeof TABS)[number];
const TITLES: Record<Tab, string> = {
  overview: 'Overview',
  layers: 'Layers',
  history: 'History',
  config: 'Config',
  inspect: 'Inspect',
};
const CRUMBS = [{ label: 'Images', href: '/images/' }];

/** `/images/view/?id=…&tab=…`: `id` is whatever the agent finds an image by: a name, an id, the start of one, a digest. */
export function ImagePage() {
  const [id] = useQueryState('id', parseAsString.withDefault(''));
  const { data, error, refetch } = useQuery({ ...queries.imageDetails(id), enabled: id !== '' });
  const [action, setAction] = useState<ImageAction | null>(null);
  const gone = id === '' || error?.code === 'NOT_FOUND' || error?.code === 'INVALID_ARGUMENT';
  if (gone) return <Gone reference={id} act={setAction} action={action} />;
  if (!data) {
    return (
      <Page title="Image" crumbs={CRUMBS}>
        {error ? <ErrorState error={error} retry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page title={imageName(data)} crumbs={CRUMBS} bare>
      <ImageTabs image={data} act={setAction} />
      <LazyDialogs action={action} close={() => setAction(null)} />
    </Page>
  );
}

interface ActProps {
  act: (action: ImageAction | null) => void;
}

function ImageTabs({ image, act }: ActProps & { image: ImageDetails }) {
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('overview'));
  const counts: Partial<Record<Tab, number>> = { layers: image.layerDetails.length };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ImageHeader image={image} act={act} />
      <Tabs
        label={`Views of ${imageName(image)}`}
        items={TABS.map((value) => ({ value, label: TITLES[value], count: counts[value] }))}
        value={tab}
        onChange={(next) => void setTab(next, { history: 'push' })}
        className="flex min-h-0 flex-1 flex-col"
      >
        <PartBoundary part={tab}>
          {tab === 'overview' && <OverviewTab image={image} act={act} />}
          {tab === 'layers' && <LayersTab image={image} />}
          {tab === 'history' && <HistoryTab image={image} />}
          {tab === 'config' && <ConfigTab image={image} />}
          {tab === 'inspect' && <InspectTab image={image} />}
        </PartBoundary>
      </Tabs>
    </div>
  );
}

/** Removed, never there, or no name at all: what to do instead. */
function Gone({ reference, act, action }: ActProps & { reference: string; action: ImageAction | null }) {
  return (
    <Page title="No such image" crumbs={CRUMBS}>
      <EmptyState
        title={reference ? `There is no image “${reference}”` : 'No image is named'}
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <Link href="/images/" className={buttonClass('primary')}>
              All images
            </Link>
            {reference && <Button onClick={() => act({ kind: 'pull', image: reference })}>Pull it</Button>}
          </div>
        }
      >
        It was removed, was never here, or the address is wrong.
      </EmptyState>
      <LazyDialogs action={action} close={() => act(null)} />
    </Page>
  );
}

/** Loaded with the first action; it stays, so that a dialog can close in its own way. */
function LazyDialogs({ action, close }: { action: ImageAction | null; close: () => void }) {
  const wanted = useLinger(action !== null);
  return wanted ? <ImageDialogs action={action} close={close} /> : null;
}

function Loading() {
  return (
    <div aria-busy className="flex flex-col gap-3 p-4">
      {['w-1/2', 'w-2/3', 'w-1/3'].map((width) => (
        <Skeleton key={width} className={`h-6 ${width}`} />
      ))}
    </div>
  );
}
