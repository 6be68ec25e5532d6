export { EXEC_DESCRIPTORS, START_DESCRIPTORS } from './descriptors.ts';
export { type HostFacts, readHostFacts } from './host.ts';
export { describePlan } from './plan/describe.ts';
export { compileExec, type ExecInput } from './plan/exec.ts';
export type { BoundFiles } from './plan/mounts.ts';
export { compileStart, RING_BYTES, type StartInput } from './plan/start.ts';
