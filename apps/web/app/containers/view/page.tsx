'use client';
import { Suspense } from 'react';
import { ContainerPage } from '../../../components/containers/view/container-page';

/** `/containers/view/?id=…&tab=…`: static files have no path parameters. */
export default function Page() {
  return (
    <Suspense>
      <ContainerPage />
    </Suspense>
  );
}
