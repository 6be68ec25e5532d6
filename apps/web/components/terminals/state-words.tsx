import type { ContainerView } from '@boxyard/api';
import { useConnection } from '../../lib/connection';
import type { TerminalState } from '../../lib/terminal/view';
import { terminalWords } from '../../lib/terminal/words';
import { ShapeMark, TONE_TEXT } from '../ui/status-mark';

interface Props {
  state: TerminalState;
  container: ContainerView;
  session: string;
}

/** The state of a terminal in words, told to screen readers when it changes. */
export function StateWords({ state, container, session }: Props) {
  const connection = useConnection();
  const { shape, text, tone } = terminalWords(state, { connection, container, session });
  return (
    <span
      role="status"
      data-testid="terminal-state"
      title={text}
      className={`inline-flex min-w-0 items-center gap-1.5 ${TONE_TEXT[tone]}`}
    >
      <ShapeMark shape={shape} />
      <span className="truncate">{text}</span>
    </span>
  );
}
