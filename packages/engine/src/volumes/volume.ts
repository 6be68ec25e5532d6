import type { VolumeRow } from '../database/schema.ts';

/** Bit of the mode of a volume's files as a new one has them: everybody may look, root alone writes (Docker's). */
export const NEW_VOLUME_MODE = 0o755;

/** Version of volume.json's shape. */
const VERSION = 1;

/** `volumes/<name>/volume.json`: all that the database knows of a volume, so that it can be restored from these files. */
export function formatVolumeRecord(row: VolumeRow): string {
  return `${JSON.stringify({ version: VERSION, ...row }, null, 2)}\n`;
}

/** Reads what `formatVolumeRecord` wrote. Throws when it is no such record, or of another volume. */
export function parseVolumeRecord(text: string, name: string): VolumeRow {
  const { version, ...row } = JSON.parse(text) as VolumeRow & { version: unknown };
  if (version !== VERSION || row.name !== name || typeof row.labels !== 'object') {
    throw new Error(`no record of the volume ${name} in version ${VERSION}`);
  }
  return row;
}
