import type { TaskView } from '@boxyard/api';
import { useEffect, useRef } from 'react';
import { useFollowedTask, useShowsTask } from '../../lib/tasks';
import { TaskCard } from './task-card';

interface TaskInPlaceProps {
  /** As it was answered when it began. */
  begun: TaskView;
  /** Where nothing around it has a title and a way to cancel. */
  whole?: boolean | undefined;
  /** Called once, when it has ended. */
  onEnd?: ((task: TaskView) => void) | undefined;
  /** A link in it was followed. */
  onLeave?: (() => void) | undefined;
}

/** A task where it was begun: in a dialog or a form. */
export function TaskInPlace({ begun, whole = false, onEnd, onLeave }: TaskInPlaceProps) {
  const task = useFollowedTask(begun);
  const told = useRef(false);
  useShowsTask(task.id);
  useEffect(() => {
    if (task.state === 'running' || told.current) return;
    told.current = true;
    onEnd?.(task);
  }, [task, onEnd]);
  return (
    <>
      <TaskCard task={task} bare={!whole} open onLeave={onLeave} />
      <p role="status" className={task.state === 'cancelled' && !whole ? 'text-quiet' : 'sr-only'}>
        {task.state === 'running' ? '' : task.state === 'cancelled' ? 'It was cancelled.' : task.state}
      </p>
    </>
  );
}
