import type { TaskService } from '@boxyard/api';
import type { Tasks } from './tasks.ts';

/** Below every proxy's patience with a silent answer. */
const FOLLOW_MS = 20_000;

/** Tasks as procedures see them. */
export function taskService(tasks: Tasks): TaskService {
  return {
    list: async () => tasks.list(),
    get: async (id) => tasks.get(id),
    follow: (id, after, signal) => {
      const late = AbortSignal.timeout(FOLLOW_MS);
      return tasks.follow(id, after, signal ? AbortSignal.any([signal, late]) : late);
    },
    cancel: (id) => tasks.cancel(id),
  };
}
