import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import Link from 'next/link';
import { allowed, VERBS } from '../../../lib/actions';
import { shortId } from '../../../lib/containers/links';
import { imageHref } from '../../../lib/images/names';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { IconButton } from '../../ui/icon-button';
import { MoreIcon, PlayIcon, RestartIcon, StopIcon } from '../../ui/icons';
import { Menu } from '../../ui/menu';
import { StatusMark } from '../../ui/status-mark';
import { usePerform } from '../container-actions';
import { copy, openLogs } from '../menu-items';

const ICONS = { start: <PlayIcon />, stop: <StopIcon /> };

/** Name, state and reason, where it came from, and what can be done with it. */
export function ContainerHeader({ container, rename }: { container: ContainerView; rename: () => void }) {
  const { id, name } = container;
  const perform = usePerform();
  const turn = isAlive(container.state) ? 'stop' : 'start';
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-3 gap-y-0.5">
        {/* The heading of the page says the same to screen readers. */}
        <p aria-hidden className="min-w-0 max-w-full truncate font-semibold text-base">
          <bdi>{name}</bdi>
        </p>
        <StatusMark container={container} />
        <ImageOf container={container} />
        <span className="inline-flex items-center gap-0.5 font-mono text-mono text-quiet">
          {shortId(id)}
          <CopyButton text={id} label="Copy ID" size="small" />
        </span>
      </div>
      <div className="flex items-center gap-2">
        {/* One button for both: whoever pressed it keeps the focus. */}
        <Button
          variant={turn === 'start' ? 'primary' : 'plain'}
          aria-label={`${VERBS[turn].label} ${name}`}
          onClick={() => perform(turn, [container])}
        >
          {ICONS[turn]}
          {VERBS[turn].label}
        </Button>
        {isAlive(container.state) && (
          <Button
            busy={!allowed('restart', container)}
            aria-label={`Restart ${name}`}
            onClick={() => perform('restart', [container])}
          >
            <RestartIcon />
            Restart
          </Button>
        )}
        <Menu
          trigger={
            <IconButton label={`More for ${name}`}>
              <MoreIcon />
            </IconButton>
          }
          items={[
            {
              label: 'Kill',
              disabled: !allowed('kill', container),
              onSelect: () => perform('kill', [container]),
            },
            { label: 'Rename…', onSelect: rename },
            { label: 'Logs in the dock', shortcut: 'e', onSelect: () => openLogs(container) },
            'separator',
            { label: 'Copy name', onSelect: () => void copy(name) },
            { label: 'Copy ID', onSelect: () => void copy(id) },
            'separator',
            {
              label: 'Remove…',
              shortcut: 'd',
              danger: true,
              disabled: !allowed('remove', container),
              onSelect: () => perform('remove', [container]),
            },
          ]}
        />
      </div>
    </header>
  );
}

/** Where its files came from; a directory of the host has no page. */
function ImageOf({ container: { image, imageId } }: { container: ContainerView }) {
  const name = <bdi className="truncate">{image}</bdi>;
  if (imageId === null) return <span className="min-w-0 max-w-full truncate text-quiet">{name}</span>;
  return (
    <Link
      href={imageHref(imageId)}
      prefetch={false}
      className="flex min-w-0 max-w-full items-center text-quiet hover:text-accent hover:underline pointer-coarse:min-h-11"
    >
      {name}
    </Link>
  );
}
