'use client';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { Page } from '../../../components/shell/page';
import { Skeleton } from '../../../components/ui/skeleton';

/** In the browser only: it begins with what was typed before a reload. */
const NewContainer = dynamic(() => import('../../../components/new-container/new-container'), {
  ssr: false,
  loading: () => <Skeleton className="m-4 h-96 max-w-2xl" />,
});

const CRUMBS = [{ label: 'Boxes', href: '/containers/' }];
const TEXT = parseAsString.withDefault('');

/** `/containers/new/?image=…` or `?from=…`, a box to make another like. */
export default function NewContainerPage() {
  const [image] = useQueryState('image', TEXT);
  const [from] = useQueryState('from', TEXT);
  return (
    <Page title="New box" crumbs={CRUMBS}>
      <NewContainer key={`${image}\n${from}`} image={image} from={from} />
    </Page>
  );
}
