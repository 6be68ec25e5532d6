import type { TaskView } from '@boxyard/api';
import type { RunProblem } from '@boxyard/api/run-command';
import { useEffect, useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import type { ImageWish } from './image-wish';

interface PullOptions {
  /** What the form says now: another name is another wish. */
  image: string;
  arrived: (start: boolean) => void;
  /** Undefined: it was cancelled. */
  failed: (problem: RunProblem | undefined) => void;
}

interface Pull {
  /** Under way, or failed and still about what the form says. */
  task: TaskView | null;
  begin: (wish: ImageWish, start: boolean) => Promise<void>;
  ended: (task: TaskView) => void;
}

/** The pull of an image that a box is waiting for. */
export function usePull({ image, arrived, failed }: PullOptions): Pull {
  const [pull, setPull] = useState<{ task: TaskView; start: boolean; image: string } | null>(null);
  useEffect(() => {
    if (pull && pull.image !== image) setPull(null);
  }, [image, pull]);
  const problem = (wanted: string, why: string, hint?: string): RunProblem => ({
    field: 'image',
    index: 0,
    message: `there is no image '${wanted}' here, and none could be pulled: ${why}`,
    hint,
  });
  return {
    task: pull?.task ?? null,
    async begin(wish, start) {
      try {
        setPull({ task: await api.images.pull.mutate(wish), start, image: wish.image });
      } catch (cause) {
        const { message, hint } = boxErrorOf(cause);
        failed(problem(wish.image, message, hint));
      }
    },
    ended({ state, error }) {
      if (!pull) return;
      if (state === 'done') {
        setPull(null);
        arrived(pull.start);
      } else if (state === 'failed' && error) failed(problem(pull.image, error.message, error.hint));
      else {
        setPull(null);
        failed(undefined);
      }
    },
  };
}
