import { Suspense } from 'react';
import { TerminalsPage } from '../../components/terminals/terminals-page';

export default function Page() {
  return (
    <Suspense>
      <TerminalsPage />
    </Suspense>
  );
}
