export { type CgroupEvents, parseFlatKeys, waitForEvents } from './cgroup/events.ts';
export { CgroupTree, findCgroupRoot, SHIMS_CGROUP } from './cgroup/tree.ts';
export * from './errors.ts';
export { dataRanges, readXattrs, syncFileSystem } from './files.ts';
export { LinuxSyscalls } from './linux.ts';
export { findCgroup2, formatMountInfo, type MountInfo, mountAt, parseMountInfo } from './mountinfo.ts';
export * from './numbers.ts';
export { type RecordedCall, RecordingSyscalls } from './recording.ts';
export type * from './syscalls.ts';
