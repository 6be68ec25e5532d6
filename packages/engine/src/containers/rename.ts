import type { ContainerView } from '@boxyard/api';
import { type EngineContext, lockContainer } from '../context.ts';
import { tellContainer } from './tell.ts';
import { viewOf } from './view.ts';

/** Gives a container another name; its host name stays what it was. */
export async function renameContainer(
  engine: EngineContext,
  reference: string,
  name: string,
): Promise<ContainerView> {
  using held = await lockContainer(engine, reference);
  const { container } = held;
  container.assertCan('rename');
  const old = container.name;
  if (old === name) return viewOf(container);
  using _name = engine.containers.reserveName(name);
  engine.containers.rename(container, name);
  engine.records.save(container);
  tellContainer(engine, container, { action: 'rename', attributes: { oldName: old } });
  return viewOf(container);
}
