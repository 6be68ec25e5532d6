import type { VolumeView } from '@boxyard/api';
import { api, boxErrorOf } from '../../lib/api';
import { downloadFrom } from '../../lib/download';
import { toastError } from '../../lib/toasts';
import { copy } from '../containers/menu-items';
import type { MenuItem } from '../ui/menu';
import type { VolumeAction } from './volume-dialogs';

/** Everything one can do with a volume. */
export function volumeMenu(
  volume: VolumeView,
  act: (action: VolumeAction) => void,
): (MenuItem | 'separator')[] {
  const { name, path } = volume;
  return [
    { label: 'Download as an archive', onSelect: () => void download(name) },
    { label: 'Upload an archive into it…', onSelect: () => act({ kind: 'upload', volume }) },
    'separator',
    { label: 'Copy name', onSelect: () => void copy(name) },
    { label: 'Copy path on the host', onSelect: () => void copy(path) },
    'separator',
    { label: 'Remove…', shortcut: 'd', danger: true, onSelect: () => act({ kind: 'remove', volume }) },
  ];
}

async function download(volume: string): Promise<void> {
  try {
    const { transfer } = await api.volumes.export.mutate({ volume });
    downloadFrom(transfer);
  } catch (error) {
    toastError(boxErrorOf(error));
  }
}
