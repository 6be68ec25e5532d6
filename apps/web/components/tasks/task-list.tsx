import type { TaskView } from '@boxyard/api';
import Link from 'next/link';
import { useShowsTask, useTasks } from '../../lib/tasks';
import { buttonClass } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { TaskCard } from './task-card';

/** What runs, then what ended, newest first. `onLeave`: a link was followed, whatever lies over the page may go. */
export function TaskList({ onLeave }: { onLeave?: () => void }) {
  const tasks = useTasks();
  const running = tasks.filter(({ state }) => state === 'running');
  const ended = tasks.filter(({ state }) => state !== 'running');
  if (tasks.length === 0) {
    return (
      <EmptyState
        title="Nothing under way"
        command="box pull alpine"
        action={
          <Link href="/images/" onClick={onLeave} className={buttonClass('primary')}>
            Images
          </Link>
        }
      >
        Pulls, pushes and other long work are here, and go on when this tab is closed.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-5">
      {running.length > 0 && <Group title="Under way" tasks={running} onLeave={onLeave} />}
      {ended.length > 0 && <Group title="Ended" tasks={ended} onLeave={onLeave} />}
    </div>
  );
}

interface GroupProps {
  title: string;
  tasks: readonly TaskView[];
  onLeave: (() => void) | undefined;
}

function Group({ title, tasks, onLeave }: GroupProps) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="font-medium text-quiet text-xs">{title}</h2>
      {tasks.map((task) => (
        <ShownTask key={task.id} task={task} onLeave={onLeave} />
      ))}
    </section>
  );
}

function ShownTask({ task, onLeave }: { task: TaskView; onLeave: (() => void) | undefined }) {
  useShowsTask(task.id);
  return <TaskCard task={task} open={task.state === 'running'} onLeave={onLeave} />;
}
