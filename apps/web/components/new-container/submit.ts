import { type RunProblem, requestOf } from '@boxyard/api/run-command';
import type { BoxError } from '@boxyard/spec';
import { api, boxErrorOf } from '../../lib/api';
import { newSessionId } from '../../lib/ids';
import { type Draft, PAGE, settled } from './draft';

export type Submission = { ok: true; id: string; tty: boolean } | { ok: false; error: BoxError };

/** The id that a text was sent with: asking again after a lost connection makes nothing twice. */
let sent = { text: '', id: '' };

/** Makes the box and starts it. One that cannot start is taken away again, so that its name is free for the next try. */
export async function submit(draft: Draft, { start }: { start: boolean }): Promise<Submission> {
  const { request } = requestOf(settled(draft.line), PAGE);
  if (sent.text !== draft.text) sent = { text: draft.text, id: newSessionId() };
  const { id } = sent;
  try {
    await api.containers.create.mutate({ ...request, id });
  } catch (cause) {
    const error = boxErrorOf(cause);
    if (error.code !== 'UNAVAILABLE') sent = { text: '', id: '' };
    return { ok: false, error };
  }
  try {
    if (start) await api.containers.start.mutate({ container: id });
  } catch (cause) {
    const error = boxErrorOf(cause);
    if (error.code !== 'UNAVAILABLE') {
      sent = { text: '', id: '' };
      // With --rm it may be gone already.
      await api.containers.remove.mutate({ container: id, force: true }).catch(() => undefined);
    }
    return { ok: false, error };
  }
  sent = { text: '', id: '' };
  return { ok: true, id, tty: request.tty === true };
}

/** The field that an error of the agent is about; undefined: it is about the whole. */
export function problemFrom(error: BoxError, { line }: Draft): RunProblem | undefined {
  const { message, hint, details } = error;
  const at = (field: RunProblem['field'], index = 0): RunProblem => ({ field, index, message, hint });
  switch (error.code) {
    case 'ALREADY_EXISTS':
      return at('name');
    case 'COMMAND_NOT_FOUND':
    case 'COMMAND_NOT_EXECUTABLE':
      return at('command');
    case 'NOT_FOUND':
    case 'AMBIGUOUS':
      return line.flags.rootfs ? undefined : at('image');
    case 'INVALID_ARGUMENT': {
      const volume = line.flags.volume?.findIndex((value) => value.split(':')[0] === details?.source) ?? -1;
      if (volume >= 0) return at('volume', volume);
      return line.flags.rootfs && message.startsWith('the root directory') ? at('rootfs') : undefined;
    }
    default:
      return undefined;
  }
}
