'use client';
import { useRouter } from 'next/navigation';
import { NewBox } from '../../../components/new-box';
import { Page } from '../../../components/shell/page';

export default function NewContainerPage() {
  const router = useRouter();
  return (
    <Page title="New box" crumbs={[{ label: 'Boxes', href: '/containers/' }]}>
      <NewBox close={() => router.push('/containers/')} />
    </Page>
  );
}
