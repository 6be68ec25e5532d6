/** What several tests need: a directory that goes away, a quiet logger, a container row. Imported by tests alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInput } from '@boxyard/api';
import { pino } from 'pino';
import { mergeConfig } from './containers/merge.ts';
import type { ContainerRow } from './database/schema.ts';
import { Paths } from './paths.ts';

export const quiet = pino({ level: 'silent' });

export class TemporaryPaths extends Paths {
  constructor() {
    const base = mkdtempSync(join(tmpdir(), 'bx-'));
    super(join(base, 'root'), join(base, 'run'));
    this.prepare();
  }
  [Symbol.dispose](): void {
    rmSync(join(this.root, '..'), { recursive: true, force: true });
  }
}

export function rowOf(change: Partial<ContainerRow> = {}): ContainerRow {
  const id = change.id ?? 'a'.repeat(64);
  const name = change.name ?? 'web';
  return {
    id,
    name,
    image: 'busybox:latest',
    imageId: 'b'.repeat(64),
    config: mergeConfig({
      id,
      name,
      root: { kind: 'image', id: 'b'.repeat(64), reference: 'busybox:latest' },
      image: { cmd: ['sh'] },
      request: createInput.parse({ image: 'busybox' }),
    }),
    state: 'created',
    pid: null,
    bootId: null,
    createdAt: 1_700_000_000_000,
    startedAt: null,
    finishedAt: null,
    exit: null,
    reason: null,
    stopAsked: false,
    restartCount: 0,
    logEnd: 0,
    revision: 1,
    ...change,
  };
}
