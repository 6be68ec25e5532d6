import { type RefObject, useEffect, useRef, useState } from 'react';
import type { TerminalSize, TerminalState, TerminalTarget, TerminalView } from '../../lib/terminal/view';
import type { Question } from './questions';

/** How long a bell is seen. */
const BELL_MS = 150;

export interface Terminal {
  /** Where the emulator draws. */
  element: RefObject<HTMLDivElement | null>;
  /** Null until the emulator is loaded. */
  view: TerminalView | null;
  state: TerminalState;
  /** Shown at another viewer's size. */
  foreignSize: TerminalSize | null;
  bell: boolean;
  question: Question | null;
  answered: () => void;
  finding: boolean;
  setFinding: (finding: boolean) => void;
  matches: { index: number; count: number };
  ctrl: boolean;
  setCtrl: (held: boolean) => void;
}

/** An emulator on a session, from the first render of its element to the last. Another session is another component, by its key. */
export function useTerminal({ container, session }: TerminalTarget): Terminal {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<TerminalView | null>(null);
  const [state, setState] = useState<TerminalState>({ status: 'opening' });
  const [foreignSize, setForeignSize] = useState<TerminalSize | null>(null);
  const [bell, setBell] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const [finding, setFinding] = useState(false);
  const [matches, setMatches] = useState({ index: -1, count: 0 });
  const [ctrl, setCtrl] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    let bellTimer: ReturnType<typeof setTimeout> | undefined;
    const open = async () => {
      // The emulator is large: it is loaded when a terminal is first shown.
      const { openTerminal } = await import('../../lib/terminal/view');
      if (abort.signal.aborted || !element.current) return;
      const opened = await openTerminal(
        element.current,
        { container, session },
        {
          state: setState,
          foreignSize: setForeignSize,
          bell() {
            clearTimeout(bellTimer);
            setBell(true);
            bellTimer = setTimeout(setBell, BELL_MS, false);
          },
          confirmPaste: (text) => setQuestion({ kind: 'paste', text }),
          link: (target) => setQuestion({ kind: 'link', target }),
          find: () => setFinding(true),
          leave: () => element.current?.closest('section')?.focus(),
          matches: (index, count) => setMatches({ index, count }),
          ctrlUsed: () => setCtrl(false),
        },
      );
      if (abort.signal.aborted) return opened.dispose();
      abort.signal.addEventListener('abort', () => opened.dispose());
      if (element.current) Object.assign(element.current, { terminalView: opened });
      setView(opened);
    };
    void open();
    return () => {
      clearTimeout(bellTimer);
      abort.abort();
      setView(null);
    };
  }, [container, session]);
  return {
    element,
    view,
    state,
    foreignSize,
    bell,
    question,
    answered: () => {
      setQuestion(null);
      view?.focus();
    },
    finding,
    setFinding(next) {
      setFinding(next);
      if (!next) view?.focus();
    },
    matches,
    ctrl,
    setCtrl(held) {
      if (view) view.ctrl = held;
      setCtrl(held);
    },
  };
}
