import { createInterface } from 'node:readline/promises';
import { isatty } from 'node:tty';
import { BoxError } from '@boxyard/spec';

/** Asks before something that cannot be undone. `forced` is the command that does not ask. @throws BoxError CANCELLED unless the answer is yes */
export async function confirm(question: string, forced: string): Promise<void> {
  if (!isatty(0)) {
    throw new BoxError('INVALID_ARGUMENT', 'standard input is no terminal to ask on', {
      hint: `to go on without a question: box ${forced}`,
    });
  }
  using prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new BoxError('CANCELLED', 'nothing was removed');
}
