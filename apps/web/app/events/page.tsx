'use client';
import { Suspense } from 'react';
import { EventsPage } from '../../components/events/events-page';

/** `/events/?type=…&action=…&q=…` */
export default function Page() {
  return (
    <Suspense>
      <EventsPage />
    </Suspense>
  );
}
