import { z } from 'zod';

export const taskId = z.string().regex(/^[0-9a-f]{16}$/);
export const taskInput = z.strictObject({ task: taskId });
/** Answers when the task has changed since `after` or has ended, at the latest after 20 s. */
export const followTaskInput = z.strictObject({ task: taskId, after: z.number().int().min(0) });
