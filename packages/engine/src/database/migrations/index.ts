import { sql as containers } from './0001-containers.ts';
import { sql as audit } from './0002-audit.ts';
import { sql as volumes } from './0003-volumes.ts';

/** In order; `PRAGMA user_version` counts those applied. Forward only: never edit one that was released, add the next. */
export const MIGRATIONS: readonly { name: string; sql: string }[] = [
  { name: '0001-containers', sql: containers },
  { name: '0002-audit', sql: audit },
  { name: '0003-volumes', sql: volumes },
];
