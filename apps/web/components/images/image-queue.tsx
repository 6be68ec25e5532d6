import Link from 'next/link';
import { useTasks } from '../../lib/tasks';
import { TaskCard } from '../tasks/task-card';

/** What is under way with images, above their list: nothing while nothing is. */
export function ImageQueue() {
  const running = useTasks().filter(({ state }) => state === 'running');
  if (running.length === 0) return null;
  return (
    <section aria-label="Under way" className="flex flex-col gap-2 border-line border-b px-4 pt-1 pb-3">
      <header className="flex items-baseline justify-between">
        <h2 className="font-medium text-quiet text-xs">Under way</h2>
        <Link
          href="/tasks/"
          className="text-accent text-xs hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:items-center"
        >
          All tasks
        </Link>
      </header>
      {running.map((task) => (
        <TaskCard key={task.id} task={task} />
      ))}
    </section>
  );
}
