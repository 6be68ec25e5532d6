import type { TaskView } from '@boxyard/api';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { taskTitle } from '../../lib/task-words';
import { isShown, onTaskEnd, useTasks } from '../../lib/tasks';
import { toast } from '../../lib/toasts';
import { BellIcon } from '../ui/icons';
import { openOverlay } from './overlays';

/** How many tasks run, and the way to them; says what became of one that ends while somebody looks elsewhere. */
export function TaskBell() {
  const running = useTasks().filter(({ state }) => state === 'running').length;
  useToasts();
  const words = running === 0 ? 'Tasks' : `Tasks, ${running} running`;
  return (
    <button
      type="button"
      aria-label={words}
      title={`${words} (b)`}
      aria-haspopup="dialog"
      onClick={() => openOverlay('tasks')}
      className="relative inline-flex size-8 shrink-0 items-center justify-center rounded-box text-quiet hover:bg-raised hover:text-ink pointer-coarse:size-11"
    >
      <BellIcon />
      {running > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0 right-0 min-w-4 rounded-full bg-accent px-1 text-center font-semibold text-[10px] text-on-accent leading-4 pointer-coarse:top-1.5 pointer-coarse:right-1.5"
        >
          {running}
        </span>
      )}
    </button>
  );
}

function useToasts(): void {
  const router = useRouter();
  useEffect(
    () =>
      onTaskEnd((task) => {
        if (!isShown(task.id)) tell(task, (href) => router.push(href));
      }),
    [router],
  );
}

function tell(task: TaskView, go: (href: string) => void): void {
  const { state, error, kind, result } = task;
  if (state === 'failed') {
    toast({
      title: `${taskTitle(task)} failed: ${error?.message}`,
      hint: error?.hint,
      tone: 'bad',
      action: { label: 'Show it', run: () => openOverlay('tasks') },
    });
  }
  if (state !== 'done') return;
  const image = kind === 'pull' ? (result?.name ?? result?.image) : undefined;
  toast({
    title: `${taskTitle(task)}: done`,
    tone: 'good',
    ...(image
      ? {
          action: {
            label: 'Use it',
            run: () => go(`/containers/new/?image=${encodeURIComponent(image)}`),
          },
        }
      : {}),
  });
}
