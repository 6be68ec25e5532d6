export * from './errors.ts';
export type * from './syscalls.ts';
