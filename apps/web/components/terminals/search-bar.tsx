import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { TerminalView } from '../../lib/terminal/view';
import { IconButton } from '../ui/icon-button';
import { ChevronDownIcon, ChevronUpIcon, CloseIcon } from '../ui/icons';
import { Input } from '../ui/input';

interface Props {
  view: TerminalView;
  /** Which of how many is shown; -1: none. */
  matches: { index: number; count: number };
  onClose: () => void;
}

/** Finds in what a terminal still holds. Enter goes up to older lines, as what is looked for scrolled away; Shift-Enter down. */
export function SearchBar({ view, matches, onClose }: Props) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => () => view.stopFinding(), [view]);
  const type = (next: string) => {
    setText(next);
    view.find(next, -1, true);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') view.find(text, event.shiftKey ? 1 : -1);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className="flex min-w-0 items-center gap-1 border-line border-b bg-raised px-2 py-1">
      <Input
        ref={field}
        aria-label="Find in this terminal"
        placeholder="Find"
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={press}
        className="max-w-64"
      />
      <span role="status" className="mr-auto shrink-0 px-1 text-quiet text-xs">
        {text && told(matches)}
      </span>
      <IconButton label="Match above" shortcut="Enter" size="small" onClick={() => view.find(text, -1)}>
        <ChevronUpIcon />
      </IconButton>
      <IconButton label="Match below" shortcut="Shift+Enter" size="small" onClick={() => view.find(text, 1)}>
        <ChevronDownIcon />
      </IconButton>
      <IconButton label="Stop finding" shortcut="Esc" size="small" onClick={onClose}>
        <CloseIcon />
      </IconButton>
    </search>
  );
}

function told({ index, count }: Props['matches']): string {
  if (count === 0) return 'no match';
  return index < 0 ? `${count} matches` : `${index + 1} of ${count}`;
}
