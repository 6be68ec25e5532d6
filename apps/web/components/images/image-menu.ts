import type { ImageView } from '@boxyard/api';
import { api, boxErrorOf } from '../../lib/api';
import { imageHref, imageName, imageReference, newBoxHref } from '../../lib/images/names';
import { queryClient } from '../../lib/queries';
import { toast, toastError } from '../../lib/toasts';
import { copy } from '../containers/menu-items';
import type { MenuItem } from '../ui/menu';
import type { ImageAction } from './image-dialogs';

/** Everything one can do with an image: the row's menu and the page's. */
export function imageMenu(image: ImageView, act: (action: ImageAction) => void): (MenuItem | 'separator')[] {
  const { id, tags, digests } = image;
  const [digest] = digests;
  return [
    { label: 'Use for a new box', href: newBoxHref(imageReference(image)) },
    { label: 'Layers', href: imageHref(id, 'layers') },
    'separator',
    {
      label: 'Pull again…',
      disabled: tags.length === 0,
      onSelect: () => act({ kind: 'pull', image: tags[0] ?? '' }),
    },
    { label: 'Push…', onSelect: () => act({ kind: 'push', image }) },
    { label: 'Save as a file…', onSelect: () => act({ kind: 'save', images: [image] }) },
    { label: 'Add a name…', onSelect: () => act({ kind: 'tag', image }) },
    // The last one is what keeps an image: taking it away is to remove it, which asks first.
    ...(tags.length > 1
      ? tags.map((tag) => ({ label: `Take the name ${tag} away`, onSelect: () => void untag(tag) }))
      : []),
    'separator',
    { label: 'Copy name', onSelect: () => void copy(imageName(image)) },
    { label: 'Copy digest', disabled: !digest, onSelect: () => void copy(digest ?? '') },
    { label: 'Copy ID', onSelect: () => void copy(id) },
    'separator',
    {
      label: 'Remove…',
      shortcut: 'd',
      danger: true,
      onSelect: () => act({ kind: 'remove', images: [image] }),
    },
  ];
}

/** The image keeps its other names; a toast offers the way back. */
export async function untag(tag: string): Promise<void> {
  try {
    const { id } = await api.images.inspect.query({ image: tag });
    await api.images.remove.mutate({ image: tag });
    const undo = () =>
      void api.images.tag
        .mutate({ image: id, tag })
        .catch((error: unknown) => toastError(boxErrorOf(error)))
        .finally(() => queryClient.invalidateQueries({ queryKey: ['images'] }));
    toast({ title: `${tag} is no name of it any more`, action: { label: 'Undo', run: undo } });
  } catch (error) {
    toastError(boxErrorOf(error));
  } finally {
    await queryClient.invalidateQueries({ queryKey: ['images'] });
  }
}
