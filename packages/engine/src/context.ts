import type { ContainerView } from '@boxyard/api';
import type { CgroupTree, Syscalls } from '@boxyard/kernel';
import type { RegistryClient } from '@boxyard/registry';
import type { CredentialFile } from '@boxyard/registry/credentials';
import type { HostFacts } from '@boxyard/runtime';
import { BoxError } from '@boxyard/spec';
import type { ImageStore, Trees } from '@boxyard/storage';
import type { Logger } from 'pino';
import type { Background } from './background.ts';
import type { Container } from './containers/container.ts';
import type { RecordFiles } from './containers/record-file.ts';
import { resolveContainer } from './containers/references.ts';
import type { ContainerStore } from './containers/store.ts';
import type { EventLog } from './events/log.ts';
import type { Paths } from './paths.ts';
import type { Tasks } from './tasks/tasks.ts';
import type { Terminals } from './terminals/registry.ts';
import type { VolumeStore } from './volumes/store.ts';

/** What every verb works with. Made once by openEngine. */
export interface EngineContext {
  readonly version: string;
  readonly build: string;
  readonly paths: Paths;
  readonly kernel: Syscalls;
  /** The helper program as a sealed memfd. */
  readonly helper: number;
  readonly cgroups: CgroupTree;
  readonly host: HostFacts;
  readonly images: ImageStore;
  readonly trees: Trees;
  readonly containers: ContainerStore;
  readonly volumes: VolumeStore;
  readonly records: RecordFiles;
  readonly events: EventLog;
  readonly terminals: Terminals;
  readonly tasks: Tasks;
  /** For hosts that a call brings no credential for it uses `credentials`. */
  readonly registry: RegistryClient;
  /** The agent's own. */
  readonly credentials: CredentialFile;
  readonly background: Background;
  /** Containers being made, by id: a repeated call joins the first. */
  readonly creating: Map<string, Promise<ContainerView>>;
  readonly logger: Logger;
  /** Set by close(): no new work is taken. */
  closing: boolean;
}

/** The container that a user means. Throws NOT_FOUND, AMBIGUOUS. */
export function findContainer(engine: EngineContext, reference: string): Container {
  return resolveContainer(reference, engine.containers);
}

/** Refuses new work while the agent goes down. */
export function assertOpen(engine: EngineContext): void {
  if (!engine.closing) return;
  throw new BoxError('UNAVAILABLE', 'the agent is going down', { hint: 'try again when it is back' });
}

/** Finds the container and takes its lock. Throws NOT_FOUND also when it was removed while we waited. */
export async function lockContainer(
  engine: EngineContext,
  reference: string,
): Promise<{ container: Container } & Disposable> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  const held = await container.lock.acquire();
  if (container.gone) {
    held[Symbol.dispose]();
    throw new BoxError('NOT_FOUND', `container "${container.name}" was removed meanwhile`);
  }
  return { container, [Symbol.dispose]: () => held[Symbol.dispose]() };
}
