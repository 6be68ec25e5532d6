import type { Services } from '@boxyard/api';
import { CgroupTree, findCgroupRoot, LinuxSyscalls } from '@boxyard/kernel';
import { RegistryClient, RegistrySettings } from '@boxyard/registry';
import { CredentialFile } from '@boxyard/registry/credentials';
import { readHostFacts } from '@boxyard/runtime';
import { ImageStore, Trees } from '@boxyard/storage';
import type { Logger } from 'pino';
import { type AdoptionResult, adoptAll } from './adoption/adopt.ts';
import { attach } from './attach/open.ts';
import { auditService } from './audit/service.ts';
import { Background } from './background.ts';
import { Calls } from './calls.ts';
import { RecordFiles } from './containers/record-file.ts';
import { containerService } from './containers/service.ts';
import { ContainerStore } from './containers/store.ts';
import { type EngineContext, findContainer } from './context.ts';
import { Maintenance } from './database/maintenance.ts';
import { openDatabase } from './database/open.ts';
import { openFeed } from './events/feed.ts';
import { EventLog } from './events/log.ts';
import { eventService } from './events/service.ts';
import { imageService } from './images/service.ts';
import { runningOn } from './images/view.ts';
import { lockRoot } from './lock.ts';
import { containerLogs } from './logs/container-logs.ts';
import { searchLog } from './logs/search.ts';
import { Paths } from './paths.ts';
import { registryService } from './registries/service.ts';
import { Sampler } from './stats/sampler.ts';
import { statsService } from './stats/service.ts';
import type { EngineFace } from './streams.ts';
import { type AgentFigures, systemService } from './system/service.ts';
import { taskService } from './tasks/service.ts';
import { Tasks } from './tasks/tasks.ts';
import { Terminals } from './terminals/registry.ts';
import { terminalService } from './terminals/service.ts';
import { adoptVolumes } from './volumes/adopt.ts';
import { volumeService } from './volumes/service.ts';
import { VolumeStore } from './volumes/store.ts';

/** The root that needs no instance id in host-wide names. */
const DEFAULT_ROOT = '/var/lib/boxyard';

export interface EngineOptions {
  /** $BOXYARD_ROOT and $BOXYARD_RUN. */
  root: string;
  run: string;
  /** Default: $BOXYARD_CGROUP_ROOT, else `boxyard` at the top of the cgroup2 mount. */
  cgroupRoot?: string | undefined;
  /** native/build/boxshim. */
  helperPath: string;
  version: string;
  build: string;
  logger: Logger;
  /** What `info` says about the agent's own process. */
  agentFigures?: AgentFigures | undefined;
}

export interface Engine extends EngineFace {
  /** What became of the containers while no agent looked. */
  readonly adoption: AdoptionResult;
}

/**
 * Opens everything under `root` and takes up the containers that run. One engine a root: throws UNAVAILABLE while another has it; also
 * DAMAGED, UNSUPPORTED (written by a newer version). What was opened is closed again when something fails.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const paths = new Paths(options.root, options.run);
  const { logger } = options;
  await using owned = new AsyncDisposableStack();
  paths.prepare();
  const kernel = owned.use(new LinuxSyscalls());
  kernel.warm();
  owned.use(await lockRoot(kernel, paths));
  const database = owned.use(openDatabase(paths));
  owned.use(new Maintenance(paths, logger));
  // Nothing runs before there is an engine.
  const opened: { engine?: EngineContext } = {};
  const images = owned.use(
    await ImageStore.open({
      root: paths.root,
      kernel,
      helperPath: options.helperPath,
      runningOn: (diffId) => (opened.engine ? runningOn(opened.engine, diffId) : []),
      onWarning: (message, error) => logger.warn({ err: error }, message),
    }),
  );
  const helper = kernel.loadHelper(options.helperPath);
  const credentials = new CredentialFile(paths.registryCredentials);
  const instance = paths.root === DEFAULT_ROOT ? {} : { instance: images.instanceId };
  const engine: EngineContext = {
    version: options.version,
    build: options.build,
    paths,
    kernel,
    helper,
    cgroups: owned.use(new CgroupTree(kernel, options.cgroupRoot ?? findCgroupRoot(instance))),
    host: readHostFacts(),
    images,
    trees: new Trees({ kernel, helper }),
    containers: owned.use(new ContainerStore(database, logger)),
    volumes: new VolumeStore({ database, paths, removeTree: (path) => images.removeTree(path) }),
    records: new RecordFiles(paths, (error, id) => {
      logger.error({ err: error, container: id }, 'container.json could not be written');
    }),
    events: new EventLog(database, logger),
    terminals: new Terminals(paths),
    tasks: new Tasks(),
    registry: owned.use(
      new RegistryClient({
        settings: () => RegistrySettings.load(paths.registrySettings),
        userAgent: `boxyard/${options.version}`,
        credentials: (host) => credentials.find(host),
      }),
    ),
    credentials,
    background: new Background(logger),
    creating: new Map(),
    logger,
    closing: false,
  };
  opened.engine = engine;
  owned.defer(() => engine.records.settled());
  owned.defer(() => leaveContainers(engine));
  const calls = new Calls();
  owned.use(engine.background);
  owned.use(engine.tasks);
  owned.defer(() => {
    engine.closing = true;
    engine.background.end();
    return calls.settled();
  });
  await adoptVolumes(engine);
  const [adoption] = await Promise.all([adoptAll(engine), makeBuiltinImage(engine)]);
  const sampler = owned.use(new Sampler(engine));
  const services: Services = {
    containers: calls.watch(containerService(engine)),
    images: calls.watch(imageService(engine)),
    system: calls.watch(systemService(engine, options.agentFigures ?? ownFigures)),
    terminals: calls.watch(terminalService(engine)),
    tasks: taskService(engine.tasks),
    volumes: calls.watch(volumeService(engine)),
    registries: calls.watch(registryService(engine)),
    audit: auditService(database, logger),
    events: calls.watch(eventService(engine.events)),
    stats: calls.watch(statsService(engine, sampler)),
  };
  return faceOf(engine, { services, sampler, adoption, owned: owned.move() });
}

/** The first run needs no registry. A host without busybox can do without: `box doctor` says so. */
async function makeBuiltinImage({ images, logger }: EngineContext): Promise<void> {
  try {
    await images.ensureBuiltin();
  } catch (error) {
    logger.warn({ err: error }, 'the built-in image could not be made');
  }
}

function faceOf(
  engine: EngineContext,
  parts: { services: Services; sampler: Sampler; adoption: AdoptionResult; owned: AsyncDisposableStack },
): Engine {
  return {
    services: parts.services,
    adoption: parts.adoption,
    attach: (request, handlers) => attach(engine, request, handlers),
    logs: async (request, handlers) =>
      containerLogs(engine, findContainer(engine, request.container), { request, handlers }),
    searchLogs: async (request, handlers) =>
      searchLog(engine.paths.log(findContainer(engine, request.container).id), request, handlers),
    feed: (listener) => openFeed(engine, listener),
    watchStats: (listener) => parts.sampler.watch(listener),
    onTerminal: (listener) => engine.terminals.listen(listener),
    onEvent: (listener) => engine.events.listen(listener),
    close: () => parts.owned.disposeAsync(),
  };
}

/** Boxes, shims and their viewers' sessions go on; only our connections end. */
function leaveContainers(engine: EngineContext): void {
  for (const container of engine.containers.values()) {
    for (const viewer of container.viewers) viewer.close();
    container.supervision?.abandon();
    container.supervision = undefined;
  }
}

const ownFigures: AgentFigures = () => ({
  pid: process.pid,
  rssBytes: process.memoryUsage.rss(),
  eventLoopDelayMs: { p50: 0, p99: 0, max: 0 },
});
