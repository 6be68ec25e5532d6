'use client';
import { useSearchParams } from 'next/navigation';
import { Suspense } from 'react';
import { ContainerPage } from '../../../components/container-page';

/** `/containers/view/?id=…&tab=…&session=…`: static files have no path parameters. */
export default function Page() {
  return (
    <Suspense>
      <FromAddress />
    </Suspense>
  );
}

function FromAddress() {
  const search = useSearchParams();
  return <ContainerPage id={search.get('id') ?? ''} tab={search.get('tab') ?? 'logs'} />;
}
