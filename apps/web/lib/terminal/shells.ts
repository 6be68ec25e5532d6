import { BoxError, splitShellWords } from '@boxyard/spec';
import { api } from '../api';
import { newSessionId } from '../ids';

/** How a shell is opened in boxes of one image. Empty: what is usual. */
export interface ShellChoice {
  command: string;
  user: string;
  workdir: string;
}

const KEY = 'boxyard.shells';
export const USUAL_SHELL: ShellChoice = { command: '', user: '', workdir: '' };
/** Images are many over the years; the latest are what somebody comes back to. */
const IMAGES_KEPT = 50;
/** bash where there is one, else sh. */
const AUTO_SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

function stored(): Record<string, ShellChoice> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, ShellChoice>;
  } catch {
    return {};
  }
}

/** What was chosen last for boxes of this image. */
export function rememberedShell(image: string): ShellChoice {
  return { ...USUAL_SHELL, ...stored()[image] };
}

export function rememberShell(image: string, choice: ShellChoice): void {
  const { [image]: _, ...others } = stored();
  const latest = Object.entries({ ...others, [image]: choice }).slice(-IMAGES_KEPT);
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(latest)));
}

/** Starts a shell in a running box; resolves with its session's id. Rejects as the agent does. */
export async function openShell(container: string, { command, user, workdir }: ShellChoice): Promise<string> {
  const id = newSessionId();
  await api.containers.exec.mutate({
    container,
    id,
    command: command.trim() ? wordsOf(command) : AUTO_SHELL,
    tty: true,
    openStdin: true,
    ...(user.trim() ? { user: user.trim() } : {}),
    ...(workdir.trim() ? { workdir: workdir.trim() } : {}),
  });
  return id;
}

function wordsOf(command: string): string[] {
  const { words, problem } = splitShellWords(command);
  if (problem) throw new BoxError('INVALID_ARGUMENT', problem.message, { hint: problem.hint });
  return words.map(({ text }) => text);
}

/** How a session's command reads: the automatic choice is a script nobody wants to see. */
export function commandWords(command: readonly string[]): string {
  return command.join('\0') === AUTO_SHELL.join('\0') ? 'bash or sh' : command.join(' ');
}
