import { useEffect, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { bytes } from '../../lib/format';
import { downloadLog } from '../../lib/logs/download';
import type { TextLine } from '../../lib/logs/messages';
import type { LogContainer, LogSession } from '../../lib/logs/session';
import { toastError } from '../../lib/toasts';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { IconButton } from '../ui/icon-button';
import { CloseIcon } from '../ui/icons';
import { colorOfSource } from './row';
import type { ChangeSettings } from './settings';
import { placeName } from './viewer';

interface Props {
  session: LogSession;
  containers: readonly LogContainer[];
  chosen: { from: number; to: number };
  /** Changes when lines come: a chosen one may have grown. */
  endPlace: number;
  change: ChangeSettings;
  close(): void;
}

/** The chosen line whole, or several to copy. */
export function Details({ session, containers, chosen: { from, to }, endPlace, change, close }: Props) {
  const [lines, setLines] = useState<TextLine[]>([]);
  // Only the newest line may still grow.
  const grows = to >= endPlace - 2 ? endPlace : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again while the line may grow
  useEffect(() => {
    let current = true;
    void session.text(from, to).then((found) => current && setLines(found));
    return () => {
      current = false;
    };
  }, [session, from, to, grows]);
  const [line] = lines;
  const text = lines.map((one) => one.text).join('\n');
  return (
    <aside
      aria-label="Chosen lines"
      className="flex min-h-0 w-[26rem] max-w-full flex-col border-line border-l bg-surface max-md:h-1/2 max-md:w-full max-md:border-t max-md:border-l-0"
    >
      <header className="flex h-10 shrink-0 items-center gap-1 border-line border-b pr-1 pl-3">
        <h2 className="min-w-0 flex-1 truncate font-medium">
          {lines.length > 1 ? `${lines.length.toLocaleString('en')} lines` : 'Line'}
        </h2>
        <CopyButton text={text} label={lines.length > 1 ? 'Copy the lines' : 'Copy the line'} />
        <IconButton label="Close" onClick={close}>
          <CloseIcon />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-auto p-3">
        {lines.length === 1 && line && <Facts line={line} containers={containers} change={change} />}
        <pre dir="ltr" className="mt-3 whitespace-pre-wrap font-mono text-mono [overflow-wrap:anywhere]">
          {(lines.length === 1 && pretty(text)) || text}
        </pre>
      </div>
      {lines.length <= 1 && (
        <p className="shrink-0 border-line border-t px-3 py-1.5 text-quiet text-xs max-md:hidden">
          Shift and a press chooses several.
        </p>
      )}
    </aside>
  );
}

function Facts({
  line,
  containers,
  change,
}: {
  line: TextLine;
  containers: readonly LogContainer[];
  change: ChangeSettings;
}) {
  const container = containers[line.source];
  const at = placeName(containers, line.source, line.offset);
  const link = new URL(location.href);
  link.searchParams.set('at', at);
  link.searchParams.delete('t');
  const save = () =>
    container &&
    downloadLog(container, { range: { from: line.offset, to: line.offset + line.bytes } }).catch(
      (error: unknown) => toastError(boxErrorOf(error)),
    );
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-quiet">Box</dt>
        <dd
          className="truncate"
          style={{ color: containers.length > 1 ? colorOfSource(line.source) : undefined }}
        >
          {container?.name}
        </dd>
        <dt className="text-quiet">Time</dt>
        <dd>
          {new Date(line.time).toLocaleString('en-GB')}
          <span className="block text-quiet">{new Date(line.time).toISOString()}</span>
        </dd>
        <dt className="text-quiet">Stream</dt>
        <dd>
          {line.stream}
          {line.level && `, ${line.level}`}
        </dd>
        <dt className="text-quiet">Length</dt>
        <dd>
          {bytes(line.bytes)}
          {line.more > 0 && (
            <span className="text-quiet"> (its first {bytes(line.bytes - line.more)} below)</span>
          )}
        </dd>
      </dl>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button size="small" onClick={() => change({ at, t: null })}>
          Put in the address
        </Button>
        <CopyButton text={link.href} label="Copy a link to this line" size="small" />
        {line.more > 0 && (
          <Button size="small" onClick={() => void save()}>
            Download this line
          </Button>
        )}
      </div>
    </>
  );
}

/** A line that is JSON, or ends in it, laid out; else null. */
function pretty(text: string): string | null {
  const start = text.indexOf('{');
  if (start === -1) return null;
  try {
    const laid = JSON.stringify(JSON.parse(text.slice(start)), null, 2);
    return start === 0 ? laid : `${text.slice(0, start).trimEnd()}\n${laid}`;
  } catch {
    return null;
  }
}
