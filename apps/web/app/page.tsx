'use client';
import Link from 'next/link';
import { Suspense } from 'react';
import { Attention } from '../components/overview/attention';
import { Counts } from '../components/overview/counts';
import { HostCards } from '../components/overview/host-cards';
import { RecentEvents } from '../components/overview/recent-events';
import { Space } from '../components/overview/space';
import { TopConsumers } from '../components/overview/top-consumers';
import { Page } from '../components/shell/page';
import { buttonClass } from '../components/ui/button';

/** How the host and its boxes are, and what needs somebody. */
export default function OverviewPage() {
  return (
    <Page
      title="Overview"
      actions={
        <Link href="/containers/new/" className={buttonClass('primary')}>
          New box
        </Link>
      }
      toolbar={<Counts />}
    >
      <div className="flex flex-col gap-3 px-4 pb-6">
        <HostCards />
        <div className="grid items-start gap-3 lg:grid-cols-[3fr_2fr]">
          <div className="flex min-w-0 flex-col gap-3">
            <Attention />
            <Suspense>
              <TopConsumers />
            </Suspense>
          </div>
          <div className="flex min-w-0 flex-col gap-3">
            <RecentEvents />
            <Space />
          </div>
        </div>
      </div>
    </Page>
  );
}
