import { useRef, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { bytes } from '../../lib/format';
import { type DownloadOptions, downloadLog } from '../../lib/logs/download';
import type { LogContainer } from '../../lib/logs/session';
import { toastError } from '../../lib/toasts';
import { Button } from '../ui/button';
import { IconButton } from '../ui/icon-button';
import { DownloadIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import { queryOf, type Settings } from './settings';

/** Saves the whole log of each box, or its lines that match. */
export function DownloadMenu({
  containers,
  settings,
}: {
  containers: readonly LogContainer[];
  settings: Settings;
}) {
  const [saved, setSaved] = useState<number | null>(null);
  const running = useRef<AbortController | null>(null);
  const query = queryOf(settings);
  const filtered = query.text !== '' || query.levels.length > 0 || query.stream !== 'all';
  const download = async (options: DownloadOptions) => {
    const controller = new AbortController();
    running.current = controller;
    setSaved(0);
    try {
      for (const container of containers)
        await downloadLog(container, { ...options, onProgress: setSaved, signal: controller.signal });
    } catch (error) {
      toastError(boxErrorOf(error));
    }
    setSaved(null);
  };
  if (saved !== null) {
    return (
      <Button size="small" onClick={() => running.current?.abort()}>
        {bytes(saved)} · Cancel
      </Button>
    );
  }
  return (
    <Menu
      trigger={
        <IconButton label="Download">
          <DownloadIcon />
        </IconButton>
      }
      items={[
        { label: 'Whole log', onSelect: () => void download({}) },
        { label: 'Whole log with times', onSelect: () => void download({ timestamps: true }) },
        {
          label: 'Only what matches',
          disabled: !filtered,
          onSelect: () => void download({ query, timestamps: true }),
        },
      ]}
    />
  );
}
