'use client';
import { Suspense } from 'react';
import { ContainersPage } from '../../components/containers/containers-page';

/** `/containers/?q=…&state=…&image=…&label=…&sort=…&peek=…` */
export default function Page() {
  return (
    <Suspense>
      <ContainersPage />
    </Suspense>
  );
}
