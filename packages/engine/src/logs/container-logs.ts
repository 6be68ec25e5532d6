import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import type { LogsHandle, LogsHandlers, LogsRequest } from '../streams.ts';
import type { Segment } from './segments.ts';
import { openLogs } from './stream.ts';

/** A container that writes without a pause leaves no moment to compare: then the segment is counted through. */
const TRIES = 3;

/** The log of a container as a stream of records. */
export function containerLogs(
  engine: EngineContext,
  container: Container,
  { request, handlers }: { request: LogsRequest; handlers: LogsHandlers },
): Promise<LogsHandle> {
  const alive = () => !container.gone && isAlive(container.state);
  const directory = engine.paths.log(container.id);
  return openLogs(
    {
      directory,
      alive,
      onEnded: (listener) => container.watch(() => !alive() && listener()),
      endOffset: (segment, size) => endOffset(container, directory, { segment, size }),
    },
    request,
    handlers,
  );
}

/** Content offset of the end of the newest segment when it has `size` bytes: on record, or told by the shim while nothing is written. */
async function endOffset(
  container: Container,
  directory: string,
  { segment, size }: { segment: Segment; size: number },
): Promise<number | undefined> {
  if (!isAlive(container.state)) return container.row.logEnd;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const state = await container.supervision?.client.state();
    const init = state?.sessions.find(({ id }) => id === '');
    if (!init) return undefined;
    if ((await stat(join(directory, segment.name))).size === size) return init.outputEnd;
  }
  return undefined;
}
