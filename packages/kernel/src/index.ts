export * from './errors.ts';
export { LinuxSyscalls } from './linux.ts';
export * from './numbers.ts';
export { type RecordedCall, RecordingSyscalls } from './recording.ts';
export type * from './syscalls.ts';
