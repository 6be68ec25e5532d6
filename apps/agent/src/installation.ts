import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import manifest from '../package.json' with { type: 'json' };

export const VERSION = manifest.version;

/** Where the parts of this clone lie, seen from dist/boxd.mjs and from apps/agent/src alike. */
export interface Installation {
  helper: string;
  web: string;
  /** Twelve digits that change with every change of the program. */
  build: string;
}

/** @throws BoxError UNAVAILABLE when the native helper was not built */
export function findInstallation(here = import.meta.dirname): Installation {
  const home = [join(here, '..'), join(here, '..', '..', '..')].find((path) =>
    existsSync(join(path, 'native', 'build', 'boxshim')),
  );
  if (!home) {
    throw new BoxError('UNAVAILABLE', 'the native helper native/build/boxshim is not built', {
      hint: 'run "npm run build"',
    });
  }
  return {
    helper: join(home, 'native', 'build', 'boxshim'),
    web: join(home, 'apps', 'web', 'out'),
    build: createHash('sha256')
      .update(readFileSync(import.meta.filename))
      .digest('hex')
      .slice(0, 12),
  };
}
