import type { ContainerService } from '@boxyard/api';
import { compileStart, describePlan } from '@boxyard/runtime';
import { type EngineContext, findContainer } from '../context.ts';
import { startConfig } from '../volumes/start-config.ts';
import { copyFrom, copyTo, statPath } from './copy.ts';
import { createContainer } from './create.ts';
import { diffContainer } from './diff.ts';
import { execInContainer, waitForExec } from './exec.ts';
import { exportContainer } from './export.ts';
import { boundFiles } from './host-files.ts';
import { killContainer } from './kill.ts';
import { listContainers } from './list.ts';
import { pruneContainers } from './prune.ts';
import { removeContainer } from './remove.ts';
import { renameContainer } from './rename.ts';
import { restartContainer } from './restart.ts';
import { startContainerByReference } from './start.ts';
import { stopContainer } from './stop.ts';
import { topOf } from './top.ts';
import { detailsOf } from './view.ts';
import { waitForContainer } from './wait.ts';

/** The verbs, one file each, as procedures call them. */
export function containerService(engine: EngineContext): ContainerService {
  return {
    create: (request) => createContainer(engine, request),
    list: async (filter) => listContainers(engine, filter),
    inspect: async (reference) => inspect(engine, reference),
    plan: async (reference) => plan(engine, reference),
    start: (reference, size) => startContainerByReference(engine, reference, size),
    stop: (reference, timeout) => stopContainer(engine, reference, timeout),
    restart: (reference, timeout) => restartContainer(engine, reference, timeout),
    kill: (reference, signal) => killContainer(engine, reference, signal),
    remove: (reference, options) => removeContainer(engine, reference, options),
    rename: (reference, name) => renameContainer(engine, reference, name),
    wait: (reference, signal) => waitForContainer(engine, reference, signal),
    top: async (reference) => topOf(engine, reference),
    exec: (request) => execInContainer(engine, request),
    diff: (reference) => diffContainer(engine, reference),
    export: (reference, signal) => exportContainer(engine, reference, signal),
    statPath: (reference, path) => statPath(engine, reference, path),
    copyFrom: (request, signal) => copyFrom(engine, request, signal),
    copyTo: (request, body, signal) => copyTo(engine, request, { body, signal }),
    prune: (request) => pruneContainers(engine, request),
    execWait: (reference, id, signal) => waitForExec(engine, { reference, id, signal }),
  };
}

function inspect(engine: EngineContext, reference: string) {
  const container = findContainer(engine, reference);
  return detailsOf(container, {
    logDirectory: engine.paths.log(container.id),
    cgroup: engine.cgroups.path(container.id),
  });
}

/** The plan that the next start would follow, one operation a line. */
function plan(engine: EngineContext, reference: string): string[] {
  const { id, row } = findContainer(engine, reference);
  const { root } = row.config;
  return describePlan(
    compileStart({
      id,
      config: startConfig(engine, row.config),
      root: root.kind === 'image' ? { kind: 'mount' } : root,
      files: boundFiles(engine.paths.container(id), row.config),
      log: { sequence: 0, offset: row.logEnd },
      host: engine.host,
    }),
  );
}
