import Link from 'next/link';
import { Sheet } from '../ui/sheet';
import { TaskList } from './task-list';

/** Behind the bell: tasks beside whatever page is shown. */
export default function TasksSheet({ open, close }: { open: boolean; close: () => void }) {
  return (
    <Sheet open={open} onOpenChange={(next) => next || close()} title="Tasks">
      <TaskList onLeave={close} />
      <Link
        href="/tasks/"
        onClick={close}
        className="mt-4 inline-flex items-center text-accent text-xs hover:underline pointer-coarse:min-h-11"
      >
        As a page
      </Link>
    </Sheet>
  );
}
