/** Archives on their way in: by path, or through stdin. */
import { fstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { BoxError } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { openStandardInput } from './standard-input.ts';

/** Where the agent finds an archive: a path of this machine, or a body that it is sent. */
export type ArchiveSource = { kind: 'path'; path: string } | { kind: 'upload' };

/** `file` undefined or `-` is stdin. `example` is a command line that is right, for the hint. */
export function archiveSource(file: string | undefined, verb: string, example: string): ArchiveSource {
  if (file !== undefined && file !== '-') return { kind: 'path', path: checkPath(file) };
  if (isatty(0) || fstatSync(0).isDirectory()) {
    throw new BoxError('INVALID_ARGUMENT', `${verb}: stdin is a terminal, not an archive`, {
      hint: `pipe one in: ${example}`,
    });
  }
  return { kind: 'upload' };
}

/** What the agent answers, sending it stdin where it asks for that. */
export async function sendArchive<T>(
  agent: Agent,
  answer: { images: T[] } | { transfer: string },
): Promise<T | T[]> {
  if ('images' in answer) return answer.images;
  return (await agent.transfer(answer.transfer, openStandardInput())) as T | T[];
}

function checkPath(file: string): string {
  try {
    statSync(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing
      ? new BoxError('NOT_FOUND', `there is no file or directory ${file}`, {
          hint: 'write "-" to read an archive from stdin',
        })
      : new BoxError('PERMISSION_DENIED', `${file} cannot be read`, { cause: error });
  }
  return resolve(file);
}
