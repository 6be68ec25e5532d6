import type { VolumeView } from '@boxyard/api';
import { useState } from 'react';
import { api } from '../../lib/api';
import { queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { shortVolume } from '../../lib/volumes';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { CreateVolumeDialog } from './create-dialog';
import { PruneVolumesDialog } from './prune-dialog';
import { UploadVolumeDialog } from './upload-dialog';

/** What somebody wants to do with volumes that a dialog asks more about. */
export type VolumeAction =
  | { kind: 'create' }
  | { kind: 'prune' }
  | { kind: 'remove' | 'upload'; volume: VolumeView };

interface VolumeDialogsProps {
  action: VolumeAction | null;
  close: () => void;
}

/** The dialog of an action. It stays as it was while it closes, and begins anew with the next action. */
export default function VolumeDialogs({ action, close }: VolumeDialogsProps) {
  const [shown, setShown] = useState({ action, turn: 0 });
  if (action && action !== shown.action) setShown({ action, turn: shown.turn + 1 });
  if (!shown.action) return null;
  return <Shown key={shown.turn} action={shown.action} open={action !== null} close={close} />;
}

interface ShownProps {
  action: VolumeAction;
  open: boolean;
  close: () => void;
}

function Shown({ action, ...dialog }: ShownProps) {
  switch (action.kind) {
    case 'create':
      return <CreateVolumeDialog {...dialog} />;
    case 'prune':
      return <PruneVolumesDialog {...dialog} />;
    case 'upload':
      return <UploadVolumeDialog {...dialog} volume={action.volume} />;
    case 'remove':
      return <RemoveVolumeDialog {...dialog} volume={action.volume} />;
  }
}

/** What is in a volume is nowhere else: its name must be typed. */
function RemoveVolumeDialog({ volume, open, close }: Omit<ShownProps, 'action'> & { volume: VolumeView }) {
  const { name, containers } = volume;
  const short = shortVolume(name);
  const remove = async () => {
    await api.volumes.remove.mutate({ volume: name });
    await queryClient.invalidateQueries({ queryKey: ['volumes'] });
    toast({ title: `${short} is gone`, tone: 'good' });
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={`Remove the volume ${short}?`}
      action="Remove volume"
      danger
      typeToConfirm={short}
      onConfirm={remove}
    >
      {containers.length > 0
        ? `${containers.join(', ')} ${containers.length === 1 ? 'mounts' : 'mount'} it: remove ${containers.length === 1 ? 'that box' : 'those boxes'} first.`
        : 'Everything in it is deleted, and there is no way to get it back. Download it first if in doubt.'}
    </ConfirmDialog>
  );
}
