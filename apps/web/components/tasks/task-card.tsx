import type { TaskItem, TaskView } from '@boxyard/api';
import { BoxError, formatPlatform } from '@boxyard/spec';
import Link from 'next/link';
import { useState } from 'react';
import { age, bytes, clock, duration, percent, rate } from '../../lib/format';
import { useNow } from '../../lib/now';
import {
  isComplete,
  itemWords,
  registryToSignIn,
  taskProgress,
  taskStatus,
  taskTitle,
} from '../../lib/task-words';
import { cancelTask, taskRate } from '../../lib/tasks';
import { Button, buttonClass } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { ErrorState } from '../ui/error-state';
import { Meter } from '../ui/meter';
import { ShapeMark, TONE_TEXT } from '../ui/status-mark';

interface TaskCardProps {
  task: TaskView;
  /** Inside a dialog that has its own buttons and title. */
  bare?: boolean | undefined;
  /** Its layers are shown from the beginning. */
  open?: boolean | undefined;
  onLeave?: (() => void) | undefined;
}

const TICK_MS = 1_000;

/** One task: how far it is, layer by layer, and what can be done about it. */
export function TaskCard({ task, bare = false, open = false, onLeave }: TaskCardProps) {
  const now = useNow(TICK_MS);
  const { state, error, notes, items } = task;
  const running = state === 'running';
  const [layers, setLayers] = useState(open);
  return (
    <article
      aria-label={taskTitle(task)}
      className={
        bare
          ? 'flex flex-col gap-2.5'
          : '@container flex flex-col gap-2.5 rounded-box border border-line bg-surface p-3'
      }
    >
      {!bare && <Head task={task} now={now} onLeave={onLeave} />}
      {running && <Total task={task} />}
      {error && state === 'failed' && <Failure task={task} error={error} onLeave={onLeave} />}
      {items.length > 0 && (
        <details open={layers} onToggle={(event) => setLayers(event.currentTarget.open)} className="min-w-0">
          <Summary>{summaryOf(items)}</Summary>
          <ul className="mt-1.5 flex flex-col gap-1.5">
            {items.map((item) => (
              <Bar key={item.id} item={item} task={task} />
            ))}
          </ul>
        </details>
      )}
      {task.result && state === 'done' && <Result task={task} />}
      {notes.length > 0 && (
        <details className="min-w-0">
          <Summary>{notes.length === 1 ? '1 note' : `${notes.length} notes`}</Summary>
          <ul className="mt-1 flex flex-col gap-0.5 break-words text-quiet text-xs">
            {notes.map((note, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log, two may be the same
              <li key={index}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

function Summary({ children }: { children: string }) {
  return (
    <summary className="w-fit cursor-pointer text-quiet text-xs hover:text-ink pointer-coarse:min-h-11 pointer-coarse:py-3.5">
      {children}
    </summary>
  );
}

function Head({ task, now, onLeave }: { task: TaskView; now: number; onLeave: (() => void) | undefined }) {
  const { shape, word, tone } = taskStatus(task);
  const running = task.state === 'running';
  const image =
    task.state === 'done' && task.kind !== 'push' ? (task.result?.name ?? task.result?.image) : undefined;
  return (
    <header className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <h3 className="min-w-0 flex-1 basis-40 @max-md:basis-full break-words font-medium [overflow-wrap:anywhere]">
        {taskTitle(task)}
      </h3>
      <span className={`inline-flex items-center gap-1.5 ${TONE_TEXT[tone]}`}>
        <ShapeMark shape={shape} />
        {word}
      </span>
      <time
        dateTime={task.createdAt}
        title={`Begun ${clock(task.createdAt, now)}`}
        className="min-w-14 text-right text-quiet text-xs"
      >
        {running
          ? duration(now - Date.parse(task.createdAt))
          : `${age(task.finishedAt ?? task.createdAt, now)} ago`}
      </time>
      {running && (
        <Button
          size="small"
          aria-label={`Cancel: ${taskTitle(task)}`}
          onClick={() => void cancelTask(task.id)}
        >
          Cancel
        </Button>
      )}
      {image && (
        <Link
          href={`/containers/new/?image=${encodeURIComponent(image)}`}
          prefetch={false}
          onClick={onLeave}
          aria-label={`Run it: ${image}`}
          className={buttonClass('plain', 'small')}
        >
          Run it
        </Link>
      )}
    </header>
  );
}

/** All bars as one, with the speed. */
function Total({ task }: { task: TaskView }) {
  const { current, total } = taskProgress(task);
  const speed = taskRate(task.id);
  const words =
    total === null ? (current > 0 ? bytes(current) : 'asking…') : `${bytes(current)} of ${bytes(total)}`;
  return (
    <div className="flex flex-col gap-1">
      <Meter value={total === null ? 0 : current} max={total ?? 1} label={`${taskTitle(task)}: ${words}`} />
      <p className="flex justify-between gap-3 text-quiet text-xs">
        <span>{words}</span>
        <span>
          {[speed ? rate(speed) : '', total === null ? '' : percent(current / total)]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
    </div>
  );
}

function Bar({ item, task: { kind } }: { item: TaskItem; task: TaskView }) {
  const words = itemWords(item, kind);
  const { label, current, total, state } = item;
  const moving = state === 'working' || state === 'retrying' || state === 'unpacking';
  const figures =
    moving && total !== null ? `${bytes(current)} of ${bytes(total)}` : total !== null ? bytes(total) : '';
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 text-xs">
      <span className="truncate font-mono" title={label}>
        {label}
      </span>
      <span className={state === 'failed' ? 'text-bad' : 'text-quiet'}>
        {words}
        {figures && ` · ${figures}`}
      </span>
      <span className="col-span-2">
        <Meter
          value={isComplete(item) ? 1 : (total ?? 0) > 0 ? current : 0}
          max={isComplete(item) ? 1 : total || 1}
          label={`${label}: ${words} ${figures}`}
          tone={state === 'failed' ? 'bad' : isComplete(item) ? 'good' : 'accent'}
        />
      </span>
    </li>
  );
}

function summaryOf(items: readonly TaskItem[]): string {
  const done = items.filter(isComplete).length;
  const what = items.length === 1 ? '1 part' : `${items.length} parts`;
  return done === items.length ? what : `${done} of ${what} done`;
}

interface FailureProps {
  task: TaskView;
  error: NonNullable<TaskView['error']>;
  onLeave: (() => void) | undefined;
}

function Failure({ task, error, onLeave }: FailureProps) {
  const host = registryToSignIn(task);
  return (
    <div className="flex flex-col gap-2">
      <ErrorState error={BoxError.from(error)} compact />
      {host && (
        <Link
          href={`/settings/?tab=registries&host=${encodeURIComponent(host)}`}
          onClick={onLeave}
          className={`${buttonClass('plain')} self-start`}
        >
          Sign in to {host}
        </Link>
      )}
    </div>
  );
}

/** What came of it: the name with its digest, as somebody would pin it. */
function Result({ task: { result } }: { task: TaskView }) {
  if (!result?.digest) return null;
  const platform = result.platform && formatPlatform(result.platform);
  return (
    <p className="flex min-w-0 items-center gap-1 text-quiet text-xs">
      <span className="truncate font-mono" title={result.digest}>
        {result.digest}
      </span>
      <CopyButton text={result.digest} label="Copy digest" size="small" />
      {platform && <span className="ml-auto shrink-0">{platform}</span>}
    </p>
  );
}
