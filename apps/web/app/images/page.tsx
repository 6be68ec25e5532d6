'use client';
import { Suspense } from 'react';
import { ImagesPage } from '../../components/images/images-page';

export default function Page() {
  return (
    <Suspense>
      <ImagesPage />
    </Suspense>
  );
}
