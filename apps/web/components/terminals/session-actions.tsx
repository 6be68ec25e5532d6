import type { TerminalView } from '@boxyard/api';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { copyText } from '../../lib/clipboard';
import { openInDock } from '../../lib/dock';
import { toast } from '../../lib/toasts';
import type { MenuItem } from '../ui/menu';

const RenameDialog = dynamic(() => import('./session-dialogs').then(({ RenameDialog: dialog }) => dialog), {
  ssr: false,
});
const EndDialog = dynamic(() => import('./session-dialogs').then(({ EndDialog: dialog }) => dialog), {
  ssr: false,
});

export const attachLine = ({ name }: TerminalView) => `box attach ${name}`;

/** What a session's menu offers, and the dialog that asks where something must be asked. */
export function useSessionActions(): {
  items: (terminal: TerminalView) => MenuItem[];
  dialog: ReactNode;
} {
  const [asking, setAsking] = useState<{ what: 'rename' | 'end'; terminal: TerminalView } | null>(null);
  const close = () => setAsking(null);
  const items = (terminal: TerminalView): MenuItem[] => {
    const { container, session, name, running } = terminal;
    const inDock = () => openInDock({ kind: 'terminal', container, session, title: name });
    const beside = session !== '' && running;
    return [
      { label: 'Open in the dock', onSelect: inDock },
      { label: `Copy “${attachLine(terminal)}”`, onSelect: () => void copyLine(terminal) },
      ...(beside
        ? [
            { label: 'Rename…', onSelect: () => setAsking({ what: 'rename', terminal }) },
            { label: 'End session…', danger: true, onSelect: () => setAsking({ what: 'end', terminal }) },
          ]
        : []),
    ];
  };
  const dialog =
    asking?.what === 'rename' ? (
      <RenameDialog terminal={asking.terminal} onClose={close} />
    ) : asking ? (
      <EndDialog terminal={asking.terminal} onClose={close} />
    ) : null;
  return { items, dialog };
}

async function copyLine(terminal: TerminalView): Promise<void> {
  const copied = await copyText(attachLine(terminal));
  toast(
    copied
      ? { title: `Copied: ${attachLine(terminal)}` }
      : { title: 'The browser refused to copy', tone: 'bad' },
  );
}
