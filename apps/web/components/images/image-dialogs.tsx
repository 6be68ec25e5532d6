import type { ImageView } from '@boxyard/api';
import { useState } from 'react';
import { bytes } from '../../lib/format';
import { countOf, imageName } from '../../lib/images/names';
import { queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { PruneDialog } from './prune-dialog';
import { PullDialog } from './pull-dialog';
import { PushDialog } from './push-dialog';
import { RemoveDialog } from './remove-dialog';
import { SaveDialog } from './save-dialog';
import { TagDialog } from './tag-dialog';
import { UploadDialog } from './upload-dialog';

/** What somebody wants to do with images that a dialog asks more about. */
export type ImageAction =
  | { kind: 'pull'; image?: string }
  | { kind: 'upload'; file?: File }
  | { kind: 'prune' }
  | { kind: 'tag' | 'push'; image: ImageView }
  | { kind: 'save' | 'remove'; images: readonly ImageView[] };

interface ImageDialogsProps {
  action: ImageAction | null;
  close: () => void;
  onRemoved?: (() => void) | undefined;
}

/** The dialog of an action. It stays as it was while it closes, and begins anew with the next action. */
export default function ImageDialogs({ action, close, onRemoved }: ImageDialogsProps) {
  const [shown, setShown] = useState({ action, turn: 0 });
  if (action && action !== shown.action) setShown({ action, turn: shown.turn + 1 });
  if (!shown.action) return null;
  return (
    <Shown
      key={shown.turn}
      action={shown.action}
      open={action !== null}
      close={close}
      onRemoved={onRemoved}
    />
  );
}

interface ShownProps {
  action: ImageAction;
  open: boolean;
  close: () => void;
  onRemoved: (() => void) | undefined;
}

function Shown({ action, open, close, onRemoved }: ShownProps) {
  const dialog = { open, close };
  switch (action.kind) {
    case 'pull':
      return <PullDialog {...dialog} image={action.image ?? ''} />;
    case 'upload':
      return <UploadDialog {...dialog} dropped={action.file} onDone={tellUploaded} />;
    case 'prune':
      return <PruneDialog {...dialog} />;
    case 'tag':
      return <TagDialog {...dialog} image={action.image} />;
    case 'push':
      return <PushDialog {...dialog} image={action.image} />;
    case 'save':
      return <SaveDialog {...dialog} images={action.images} />;
    case 'remove':
      return <RemoveDialog {...dialog} images={action.images} onRemoved={onRemoved} />;
  }
}

function tellUploaded(images: readonly ImageView[]): void {
  void queryClient.invalidateQueries({ queryKey: ['images'] });
  const [first] = images;
  const size = images.reduce((sum, image) => sum + image.size, 0);
  const what =
    images.length === 1 && first ? `${imageName(first)} is` : `${countOf(images.length, 'image')} are`;
  toast({ title: `${what} here, ${bytes(size)}`, tone: 'good' });
}
