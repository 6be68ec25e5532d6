import { BoxError, isAlive } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import type { AttachHandle, AttachHandlers, AttachRequest } from '../streams.ts';
import { execSession, initSession, type ViewedSession } from './session.ts';
import { Viewer } from './viewer.ts';

/** Opens a viewer of a session, running, ended or (with `awaitStart`) about to be started. */
export async function attach(
  engine: EngineContext,
  request: AttachRequest,
  handlers: AttachHandlers,
): Promise<AttachHandle> {
  assertOpen(engine);
  const container = findContainer(engine, request.container);
  const session = findSession(engine, container, request.session);
  const viewer = new Viewer(engine, { container, session }, { request, handlers });
  if (session.id === '' && isPending(container, request)) {
    openBeforeStart(container, viewer);
    return viewer;
  }
  if (session.id === '' && container.state === 'created') {
    viewer.close();
    container.assertCan('attach');
  }
  await container.until(() => container.state !== 'starting', { signal: engine.background.signal });
  await viewer.open();
  return viewer;
}

function findSession(engine: EngineContext, container: Container, id: string | undefined): ViewedSession {
  if (!id) return initSession(engine, container);
  const session = execSession(engine, container, id);
  if (session) return session;
  throw new BoxError('NOT_FOUND', `container "${container.name}" has no exec session ${id.slice(0, 12)}`, {
    hint: 'it was never started, or its container was started anew since',
  });
}

/** A container that never ran is waited for; one that ended only by a viewer who asks for what comes from now on. */
function isPending(container: Container, { awaitStart, offset }: AttachRequest): boolean {
  if (!awaitStart) return false;
  if (container.state === 'starting') return true;
  if (isAlive(container.state)) return false;
  return container.row.startedAt === null || offset === 'live';
}

function openBeforeStart(container: Container, viewer: Viewer): void {
  const { startedAt, logEnd } = container.row;
  viewer.openBeforeStart(logEnd);
  let starting = container.state === 'starting';
  const unwatch = container.watch(() => {
    if (!container.viewers.has(viewer)) return unwatch();
    if (container.gone) {
      unwatch();
      return viewer.refused(new BoxError('NOT_FOUND', `container "${container.name}" was removed`));
    }
    if (container.row.startedAt !== startedAt) {
      unwatch();
      return viewer.started();
    }
    if (container.state === 'starting') starting = true;
    else if (starting) {
      unwatch();
      viewer.refused(new BoxError('WRONG_STATE', container.row.reason ?? 'the container did not start'));
    }
  });
}
