import type { TerminalView } from '@boxyard/api';
import { age } from '../../lib/format';
import { useNow } from '../../lib/now';
import type { Shape, Tone } from '../../lib/status';
import { commandWords } from '../../lib/terminal/shells';
import { IconButton } from '../ui/icon-button';
import { MoreIcon } from '../ui/icons';
import { Menu, type MenuItem } from '../ui/menu';
import { ShapeMark, TONE_TEXT } from '../ui/status-mark';

interface Props {
  terminals: readonly TerminalView[];
  /** Ids of those that are shown beside the list. */
  open: readonly string[];
  toggle: (terminal: TerminalView) => void;
  menu: (terminal: TerminalView) => MenuItem[];
}

/** All sessions, grouped by their boxes. A press joins, another leaves. */
export function SessionList({ terminals, open, toggle, menu }: Props) {
  const boxes = Map.groupBy(terminals, ({ container }) => container.id);
  return (
    <div className="flex flex-col gap-4">
      {[...boxes].map(([id, sessions]) => (
        <section key={id} aria-label={sessions[0]?.container.name}>
          <h2 className="px-2 pb-1 font-medium text-label text-quiet">{sessions[0]?.container.name}</h2>
          <ul className="flex flex-col gap-px">
            {sessions.map((terminal) => (
              <Row
                key={terminal.id}
                terminal={terminal}
                shown={open.includes(terminal.id)}
                toggle={() => toggle(terminal)}
                menu={menu(terminal)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface RowProps {
  terminal: TerminalView;
  shown: boolean;
  toggle: () => void;
  menu: MenuItem[];
}

function Row({ terminal, shown, toggle, menu }: RowProps) {
  const now = useNow();
  const { name, session, command, viewers, createdAt, finishedAt, running } = terminal;
  const { shape, word, tone } = statusOf(terminal);
  const watching = viewers === 0 ? '' : `${viewers} watching`;
  return (
    <li
      className={`flex items-center gap-1 rounded-box pr-1 ${shown ? 'bg-accent-soft' : 'hover:bg-raised'}`}
    >
      <button
        type="button"
        aria-pressed={shown}
        onClick={toggle}
        className="flex min-w-0 flex-1 flex-col rounded-box px-2 py-1.5 text-left pointer-coarse:min-h-11"
      >
        <span className="flex w-full min-w-0 items-center gap-2">
          <span className="min-w-0 truncate font-medium">{name}</span>
          {session === '' && <span className="shrink-0 text-quiet text-xs">its own</span>}
          <span className={`ml-auto inline-flex shrink-0 items-center gap-1 text-xs ${TONE_TEXT[tone]}`}>
            <ShapeMark shape={shape} />
            {word}
          </span>
        </span>
        <span className="flex w-full min-w-0 items-center gap-2 text-quiet text-xs">
          <span className="min-w-0 truncate font-mono">{commandWords(command)}</span>
          <span className="ml-auto shrink-0">{watching || age(running ? createdAt : finishedAt, now)}</span>
        </span>
      </button>
      <Menu
        trigger={
          <IconButton label={`More of ${name}`} size="small">
            <MoreIcon />
          </IconButton>
        }
        items={menu}
      />
    </li>
  );
}

function statusOf({ running, exit }: TerminalView): { shape: Shape; word: string; tone: Tone } {
  if (running) return { shape: '●', word: 'running', tone: 'good' };
  if (exit?.kind === 'code' && exit.code !== 0)
    return { shape: '✕', word: `exited ${exit.code}`, tone: 'bad' };
  return { shape: '○', word: 'ended', tone: 'quiet' };
}
