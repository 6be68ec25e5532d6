export type { RebuildResult } from './database/rebuild.ts';
export { type Engine, type EngineOptions, openEngine } from './open.ts';
export { type RebuildOptions, rebuild } from './rebuild.ts';
export type * from './streams.ts';
