import { SCREEN_KEYS } from '../../lib/terminal/keys';
import type { TerminalView } from '../../lib/terminal/view';

interface Props {
  /** Null while it is loaded. */
  view: TerminalView | null;
  /** Ctrl is held for the next letter. */
  ctrl: boolean;
  onCtrl: (held: boolean) => void;
}

const KEY =
  'inline-flex h-9 min-w-9 flex-1 shrink-0 items-center justify-center rounded-box border border-rim bg-surface px-1.5 font-mono text-mono aria-pressed:border-transparent aria-pressed:bg-accent aria-pressed:text-on-accent pointer-coarse:h-11';

/** The keys that a phone's keyboard lacks, where there is a finger or little room. The terminal keeps the focus, and the keyboard stays up. */
export function KeyBar({ view, ctrl, onCtrl }: Props) {
  return (
    <div
      role="toolbar"
      aria-label="Keys"
      onPointerDown={(event) => event.preventDefault()}
      className="hidden gap-1 overflow-x-auto border-line border-t bg-canvas p-1 [scrollbar-width:none] pointer-coarse:flex max-sm:flex"
    >
      <button
        type="button"
        aria-pressed={ctrl}
        disabled={!view}
        onClick={() => onCtrl(!ctrl)}
        className={KEY}
      >
        Ctrl
      </button>
      {SCREEN_KEYS.map((key) => (
        <button
          key={key.name}
          type="button"
          aria-label={key.name}
          onClick={() => view?.press(key)}
          className={KEY}
        >
          {key.label}
        </button>
      ))}
    </div>
  );
}
