'use client';
import { Suspense } from 'react';
import { VolumesPage } from '../../components/volumes/volumes-page';

export default function Page() {
  return (
    <Suspense>
      <VolumesPage />
    </Suspense>
  );
}
