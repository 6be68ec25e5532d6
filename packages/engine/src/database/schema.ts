/** The tables as drizzle sees them. The truth of their shape is migrations/; a test compares the two. */
import type { ContainerConfig, ContainerState, ExitStatus } from '@boxyard/spec';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const containers = sqliteTable('containers', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  image: text('image').notNull(),
  imageId: text('image_id'),
  config: text('config', { mode: 'json' }).$type<ContainerConfig>().notNull(),
  state: text('state').$type<ContainerState>().notNull(),
  /** Host pid of the init; counts within `bootId` only. */
  pid: integer('pid'),
  bootId: text('boot_id'),
  createdAt: integer('created_at').notNull(),
  startedAt: integer('started_at'),
  finishedAt: integer('finished_at'),
  exit: text('exit', { mode: 'json' }).$type<ExitStatus>(),
  reason: text('reason'),
  /** A stop or kill was asked for: the end that follows is `stopped`, not `exited`, even if another agent sees it. */
  stopAsked: integer('stop_asked', { mode: 'boolean' }).notNull(),
  restartCount: integer('restart_count').notNull(),
  /** Content offset of the end of the log when the container last ended. */
  logEnd: integer('log_end').notNull(),
  revision: integer('revision').notNull(),
});
export type ContainerRow = typeof containers.$inferSelect;

export interface ExecConfig {
  /** What people call the session. */
  name?: string | undefined;
  command: string[];
  env: string[];
  user?: string | undefined;
  workdir?: string | undefined;
  tty: boolean;
  openStdin: boolean;
  detach: boolean;
  privileged: boolean;
}

export const execs = sqliteTable(
  'execs',
  {
    id: text('id').primaryKey(),
    container: text('container').notNull(),
    config: text('config', { mode: 'json' }).$type<ExecConfig>().notNull(),
    pid: integer('pid'),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
    /** Null while it runs. */
    exit: text('exit', { mode: 'json' }).$type<ExitStatus>(),
  },
  (table) => [index('execs_by_container').on(table.container)],
);
export type ExecRow = typeof execs.$inferSelect;

export const volumes = sqliteTable('volumes', {
  name: text('name').primaryKey(),
  createdAt: integer('created_at').notNull(),
  labels: text('labels', { mode: 'json' }).$type<Record<string, string>>().notNull(),
  /** Made for a container that named none. */
  anonymous: integer('anonymous', { mode: 'boolean' }).notNull(),
});
export type VolumeRow = typeof volumes.$inferSelect;

export const events = sqliteTable('events', {
  sequence: integer('sequence').primaryKey(),
  time: integer('time').notNull(),
  type: text('type').$type<'container' | 'image' | 'volume' | 'agent'>().notNull(),
  action: text('action').notNull(),
  target: text('target').notNull(),
  name: text('name').notNull(),
  attributes: text('attributes', { mode: 'json' }).$type<Record<string, string>>().notNull(),
});
export type EventRow = typeof events.$inferSelect;

export const audit = sqliteTable('audit', {
  sequence: integer('sequence').primaryKey(),
  time: integer('time').notNull(),
  who: text('who').notNull(),
  procedure: text('procedure').notNull(),
  subject: text('subject').notNull(),
  error: text('error'),
});
export type AuditRow = typeof audit.$inferSelect;
