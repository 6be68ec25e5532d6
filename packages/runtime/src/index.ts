export { type Adopted, adopt, hasSupervisor } from './adopt.ts';
export { EXEC_DESCRIPTORS, START_DESCRIPTORS } from './descriptors.ts';
export { EXIT_FILE, type ExitFile, parseExitFile, readExitFile } from './exit-file.ts';
export { type HostFacts, readHostFacts } from './host.ts';
export { describePlan } from './plan/describe.ts';
export { compileExec, type ExecInput } from './plan/exec.ts';
export type { BoundFiles } from './plan/mounts.ts';
export {
  compileStart,
  DEFAULT_TERMINAL,
  RING_BYTES,
  type StartConfig,
  type StartInput,
} from './plan/start.ts';
export { ShimClient, type ShimHandlers } from './shim/control.ts';
export { errorOfFailure } from './shim/errors.ts';
export {
  type ExecRequest,
  type Opened,
  SESSION_EXITED,
  SESSION_INPUT_CLOSED,
  type SessionExit,
  type SessionState,
  type ShimState,
} from './shim/messages.ts';
export { SessionClient, type SessionHandlers, type SessionRequest } from './shim/session.ts';
export { type RunningShim, type StartRequest, startContainer } from './start.ts';
export { type ContainerProcess, containerTop, parseProcess } from './top.ts';
