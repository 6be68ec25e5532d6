import type { ImageView } from '@boxyard/api';
import { api } from '../../lib/api';
import { bytes } from '../../lib/format';
import { queryClient } from '../../lib/queries';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { imageName } from './image-table';

/** Asks before an image goes, and says why it stays when boxes use it. */
export function RemoveDialog({ image, close }: { image: ImageView | null; close: () => void }) {
  const name = image ? imageName(image) : '';
  const remove = async () => {
    if (!image) return;
    // By its id all names go; by one name only that would.
    await api.images.remove.mutate({
      image: image.id,
      force: image.containers === 0 && image.tags.length > 1,
    });
    await queryClient.invalidateQueries({ queryKey: ['images'] });
  };
  return (
    <ConfirmDialog
      open={image !== null}
      onOpenChange={(open) => !open && close()}
      title={`Remove ${name}?`}
      action="Remove image"
      danger
      onConfirm={remove}
    >
      {image && image.containers > 0
        ? `${image.containers} ${image.containers === 1 ? 'box is' : 'boxes are'} made from it: remove ${image.containers === 1 ? 'it' : 'them'} first.`
        : `${bytes(image?.size)} are given back${(image?.tags.length ?? 0) > 1 ? `, and all ${image?.tags.length} names go` : ''}. To have it again you import it again.`}
    </ConfirmDialog>
  );
}
