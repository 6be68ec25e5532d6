import Link from 'next/link';
import { buttonClass } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';

/** Instead of a box that is not there: why, and the way back. */
export default function Gone({ title, children }: { title: string; children: string }) {
  return (
    <EmptyState
      title={title}
      action={
        <Link href="/containers/" className={buttonClass('primary')}>
          All boxes
        </Link>
      }
    >
      {children}
    </EmptyState>
  );
}
