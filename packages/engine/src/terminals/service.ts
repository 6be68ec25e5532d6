import type { TerminalService, TerminalView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { tellContainer } from '../containers/tell.ts';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import { endSession } from './end.ts';
import { findTerminal } from './find.ts';
import { assertFree } from './names.ts';
import { nameOf, terminalsOf, terminalView } from './view.ts';

/** The terminals of all boxes as procedures call them. */
export function terminalService(engine: EngineContext): TerminalService {
  return {
    list: async (container) => listTerminals(engine, container),
    find: async (session) => terminalView(findTerminal(engine, session)),
    rename: async (session, name) => renameSession(engine, session, name),
    end: (session) => endSession(engine, session),
  };
}

function listTerminals(engine: EngineContext, reference: string | undefined): TerminalView[] {
  const containers =
    reference === undefined ? [...engine.containers.values()] : [findContainer(engine, reference)];
  return containers.flatMap((container) => [...terminalsOf(container)].map(terminalView));
}

function renameSession(engine: EngineContext, reference: string, name: string): TerminalView {
  assertOpen(engine);
  const found = findTerminal(engine, reference);
  const { container, exec } = found;
  if (!exec) {
    throw new BoxError(
      'INVALID_ARGUMENT',
      `the own terminal of "${container.name}" is called as the box is`,
      {
        hint: `box rename ${container.name} ${name}`,
      },
    );
  }
  const oldName = nameOf(exec);
  if (oldName === name) return terminalView(found);
  if (exec.exit !== null) throw new BoxError('WRONG_STATE', `the session "${oldName}" has ended`);
  assertFree(engine, name);
  exec.config = { ...exec.config, name };
  engine.containers.updateExec(container, exec);
  tellContainer(engine, container, {
    action: 'exec_rename',
    attributes: { execID: exec.id, session: name, oldName },
  });
  engine.terminals.changed(container);
  return terminalView(found);
}
