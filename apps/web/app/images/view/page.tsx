'use client';
import { Suspense } from 'react';
import { ImagePage } from '../../../components/images/view/image-page';

/** `/images/view/?id=…&tab=…`: static files have no path parameters. */
export default function Page() {
  return (
    <Suspense>
      <ImagePage />
    </Suspense>
  );
}
