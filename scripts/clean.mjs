// `npm run clean`: removes everything that `npm run build` and the tests made; sources, node_modules and boxes stay.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './prepare.mjs';

for (const path of [
  'dist',
  'native/build',
  'apps/web/out',
  'apps/web/.next',
  '.turbo',
  'node_modules/.cache',
  'coverage',
  'test-results',
])
  rmSync(join(home, path), { recursive: true, force: true });
