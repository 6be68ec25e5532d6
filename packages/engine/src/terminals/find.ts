import { BoxError, nearest } from '@boxyard/spec';
import { SHORT_ID_LENGTH } from '../containers/references.ts';
import type { EngineContext } from '../context.ts';
import { type FoundTerminal, nameOf, terminalsOf } from './view.ts';

const called = ({ container, exec }: FoundTerminal) => (exec ? nameOf(exec) : container.name);
const idOf = ({ container, exec }: FoundTerminal) => exec?.id ?? container.id;
const runs = ({ exec }: FoundTerminal) => exec === null || exec.exit === null;

/**
 * The terminal that a user means: the name of one that runs, a full id, a prefix of exactly one id, the name of one that just ended, in
 * this order. Throws NOT_FOUND with the nearest name, AMBIGUOUS with the candidates.
 */
export function findTerminal(engine: EngineContext, reference: string): FoundTerminal {
  const all = [...engine.containers.values()].flatMap((container) => [...terminalsOf(container)]);
  const named = all.filter((terminal) => called(terminal) === reference);
  const exact = named.find(runs) ?? all.find((terminal) => idOf(terminal) === reference);
  if (exact) return exact;
  const matches = /^[0-9a-f]{1,63}$/.test(reference)
    ? all.filter((terminal) => idOf(terminal).startsWith(reference))
    : [];
  const found = matches.length === 1 ? matches[0] : matches.length === 0 ? named.at(-1) : undefined;
  if (found) return found;
  throw matches.length > 1 ? ambiguous(reference, matches) : notFound(reference, all);
}

function ambiguous(reference: string, matches: FoundTerminal[]): BoxError {
  const shown = matches.map(
    (terminal) => `${idOf(terminal).slice(0, SHORT_ID_LENGTH)} (${called(terminal)})`,
  );
  return new BoxError('AMBIGUOUS', `${matches.length} sessions have an id that starts with "${reference}"`, {
    hint: `type more of it: ${shown.join(', ')}`,
    details: { candidates: matches.map((terminal) => ({ id: idOf(terminal), name: called(terminal) })) },
  });
}

function notFound(reference: string, all: FoundTerminal[]): BoxError {
  const suggestion = nearest(reference, all.filter(runs).map(called));
  return new BoxError('NOT_FOUND', `no session is called "${reference}"`, {
    hint: suggestion ? `did you mean "${suggestion}"?` : '"box sessions" lists those that run',
  });
}
