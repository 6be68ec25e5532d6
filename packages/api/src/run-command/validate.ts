/** What the agent's schema would refuse, told beforehand. Apart, because zod is heavy: a page loads this when somebody types. */
import { type CreateInput, createInput } from '../schemas/container.ts';
import type { FlagName } from './flags.ts';
import type { RunLine, RunProblem } from './line.ts';
import { placeOfMount } from './request.ts';

/** The flag that a field of the request comes from, where the names differ. */
const FLAG_OF: Record<string, FlagName | 'command'> = {
  openStdin: 'interactive',
  readonlyRoot: 'read-only',
  capAdd: 'cap-add',
  capDrop: 'cap-drop',
  noNewPrivileges: 'security-opt',
  ulimits: 'ulimit',
  shmSize: 'shm-size',
  stopSignal: 'stop-signal',
  stopTimeout: 'stop-timeout',
  timezone: 'tz',
  labels: 'label',
  log: 'log-opt',
  volumesFrom: 'volumes-from',
  autoRemove: 'rm',
};

/** Every issue of the request at the value that it comes from. */
export function schemaProblems(line: RunLine, request: CreateInput): RunProblem[] {
  const { error } = createInput.safeParse(request);
  return (error?.issues ?? []).map(({ path: [field, part], message }) => ({
    ...placeOf(line, String(field), part),
    message: readable(message),
  }));
}

function placeOf(
  line: RunLine,
  field: string,
  part: PropertyKey | undefined,
): Pick<RunProblem, 'field' | 'index'> {
  const index = typeof part === 'number' ? part : 0;
  const values = (name: FlagName) => line.flags[name] ?? [];
  if (field === 'mounts') return placeOfMount(line, index);
  if (field === 'labels') {
    const at = values('label').findIndex((label) => label.split('=', 1)[0] === part);
    return { field: 'label', index: Math.max(0, at) };
  }
  if (field === 'log') {
    const key = part === 'maxSize' ? 'max-size' : 'max-file';
    const at = values('log-opt').findIndex((option) => option.startsWith(`${key}=`));
    return { field: 'log-opt', index: Math.max(0, at) };
  }
  return { field: FLAG_OF[field] ?? (field as FlagName), index };
}

/** zod's words begin with a capital and know only of "string" and "number". */
function readable(message: string): string {
  return message
    .replace(/^Too big: expected string to have <=(\d+) characters$/, 'longer than $1 characters')
    .replace(/^Too big: expected array to have <=(\d+) items$/, 'more than $1')
    .replace(/^Too big: expected number to be <=(\d+)$/, 'more than $1')
    .replace(/^Too small: expected number to be >=(\d+)$/, 'less than $1')
    .replace(/^Too small: expected number to be >0$/, 'must be more than 0')
    .replace(/^Too small: expected string to have >=1 characters$/, 'must not be empty');
}
