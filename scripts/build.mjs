// `npm run build`: node modules if missing, then native helper, bundles and dashboard, each only when out of date.

import { build, installModules } from './prepare.mjs';

process.exitCode = installModules() && build() ? 0 : 1;
