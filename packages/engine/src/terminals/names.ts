import type { ExecRequest } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import type { ExecRow } from '../database/schema.ts';

/** Leaves room for `-` and a number within the 128 letters that a name may have. */
const STEM_LENGTH = 120;

/**
 * What a new session is called: as asked for, else `<box>-1`, `<box>-2` … for a terminal. Undefined where nobody comes back: without one.
 * @throws BoxError ALREADY_EXISTS, INVALID_ARGUMENT (a name without a terminal)
 */
export function sessionName(
  engine: EngineContext,
  container: Container,
  { name, tty }: Pick<ExecRequest, 'name' | 'tty'>,
): string | undefined {
  if (name !== undefined && !tty) {
    throw new BoxError('INVALID_ARGUMENT', 'only a session with a terminal has a name to come back by', {
      hint: 'give it one: box exec -it --name …',
    });
  }
  if (name !== undefined) assertFree(engine, name);
  if (name !== undefined || !tty) return name;
  const stem = container.name.slice(0, STEM_LENGTH);
  for (let number = 1; ; number += 1) {
    const made = `${stem}-${number}`;
    if (!ownerOf(engine, made) && !engine.containers.byName(made)) return made;
  }
}

/** @throws BoxError ALREADY_EXISTS when a running session or a box has the name: `box attach` takes both */
export function assertFree(engine: EngineContext, name: string): void {
  const owner = ownerOf(engine, name);
  if (owner) {
    throw new BoxError('ALREADY_EXISTS', `a session in "${owner.name}" is called "${name}" already`, {
      hint: `join it: box attach ${name}`,
    });
  }
  if (!engine.containers.byName(name)) return;
  throw new BoxError('ALREADY_EXISTS', `a box is called "${name}", and "box attach" takes both`, {
    hint: 'choose another name',
  });
}

function ownerOf(engine: EngineContext, name: string): Container | undefined {
  const has = (exec: ExecRow) => exec.exit === null && exec.config.name === name;
  return [...engine.containers.values()].find(({ execs }) => [...execs.values()].some(has));
}
