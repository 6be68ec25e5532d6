/** What the two sides of `box cp` name, and where a copy ends up. Pure. */
import { posix } from 'node:path';
import { BoxError } from '@boxyard/spec';

export type Place =
  | { kind: 'box'; container: string; path: string }
  | { kind: 'host'; path: string }
  /** Standard input or output: a tar archive. */
  | { kind: 'stream' };

/** `NAME:PATH`, a path, or `-`. What begins with `/` or `.` is a path of this machine even with a colon in it, as is what has none. */
export function parsePlace(text: string): Place {
  if (text === '-') return { kind: 'stream' };
  const colon = text.indexOf(':');
  if (/^[/.]/.test(text) || colon <= 0) return { kind: 'host', path: text };
  const path = text.slice(colon + 1);
  if (path === '') {
    throw new BoxError('INVALID_ARGUMENT', `cp: "${text}" names no path`, {
      hint: `write the path behind the colon: ${text}/`,
    });
  }
  // From the root, and as Docker takes it: `..` by the name, not through links. What the ending means stays.
  const clean = posix.normalize(`/${path}`);
  const named = wantsContents(path) ? `${clean.replace(/\/$/, '')}/.` : clean;
  return { kind: 'box', container: text.slice(0, colon), path: named };
}

/** The path ends in `/` or `/.`: it must be a directory. */
export const wantsDirectory = (path: string): boolean => /\/\.?$|^\.$/.test(path);
/** `dir/.`: what it holds, not itself. */
export const wantsContents = (path: string): boolean => /(^|\/)\.$/.test(path);

export interface CopySource {
  path: string;
  directory: boolean;
}
export interface CopyDestination {
  path: string;
  /** What is there; a link counts as what it leads to. */
  is: 'directory' | 'other' | 'missing';
}

/**
 * Into which directory a copy goes and what it is called there; '' means that what the source holds goes into the directory. The rules
 * of `docker cp` (docs.docker.com, "docker container cp", Description).
 */
export function planCopy(
  source: CopySource,
  destination: CopyDestination,
): { directory: string; name: string } {
  const { path, is } = destination;
  if (is === 'directory') {
    return { directory: path, name: wantsContents(source.path) ? '' : posix.basename(source.path) };
  }
  if (is === 'other' && source.directory) {
    throw new BoxError('INVALID_ARGUMENT', `cp: ${source.path} is a directory, ${path} is a file`, {
      hint: 'name a directory as the destination, or one that does not exist yet',
    });
  }
  if (wantsDirectory(path) && !(is === 'missing' && source.directory)) {
    throw is === 'missing'
      ? new BoxError('NOT_FOUND', `cp: there is no directory ${path}`, {
          hint: `make it first, or leave the slash out to copy to a file of that name`,
        })
      : new BoxError('INVALID_ARGUMENT', `cp: ${path} is not a directory`, { hint: 'leave the slash out' });
  }
  return { directory: posix.dirname(path), name: posix.basename(path) };
}
