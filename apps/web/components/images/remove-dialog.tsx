import type { ImageView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { api, boxErrorOf } from '../../lib/api';
import { bytes } from '../../lib/format';
import { countOf, imageName } from '../../lib/images/names';
import { queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { ConfirmDialog } from '../ui/confirm-dialog';

/** Names that are listed; the rest is a number. */
const NAMES_LISTED = 12;

interface RemoveDialogProps {
  open: boolean;
  images: readonly ImageView[];
  close: () => void;
  onRemoved?: (() => void) | undefined;
}

/** Asks before images go, and says why one stays when boxes use it. */
export function RemoveDialog({ open, images, close, onRemoved }: RemoveDialogProps) {
  const [first] = images;
  const what = images.length === 1 && first ? imageName(first) : countOf(images.length, 'image');
  const remove = async () => {
    const results = await Promise.allSettled(images.map(removeImage));
    await queryClient.invalidateQueries({ queryKey: ['images'] });
    const failures = results.filter(({ status }) => status === 'rejected');
    const gone = results.length - failures.length;
    const [failure] = failures;
    if (gone > 0 && images.length > 1) toast({ title: `${countOf(gone, 'image')} removed`, tone: 'good' });
    if (gone > 0) onRemoved?.();
    if (failure?.status !== 'rejected') return;
    const { code, message, hint } = boxErrorOf(failure.reason);
    const others = failures.length > 1 ? ` (and ${failures.length - 1} more stay)` : '';
    throw new BoxError(code, `${message}${others}`, hint ? { hint } : {});
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={`Remove ${what}?`}
      action={images.length === 1 ? 'Remove image' : `Remove ${what}`}
      danger
      onConfirm={remove}
    >
      {images.length === 1 && first ? <One image={first} /> : <Many images={images} />}
    </ConfirmDialog>
  );
}

/** By its id all names go; by one name only that would. */
async function removeImage({ id, containers, tags }: ImageView): Promise<void> {
  await api.images.remove.mutate({ image: id, force: containers === 0 && tags.length > 1 });
}

function One({ image: { containers, tags, size, sharedSize } }: { image: ImageView }) {
  if (containers > 0) {
    const [are, them] = containers === 1 ? ['box is', 'it'] : ['boxes are', 'them'];
    return `${containers} ${are} made from it: remove ${them} first.`;
  }
  const names = tags.length > 1 ? `, and all ${tags.length} names go` : '';
  return `About ${bytes(size - sharedSize)} are given back${names}. To have it again you pull or import it again.`;
}

function Many({ images }: { images: readonly ImageView[] }) {
  const used = images.filter(({ containers }) => containers > 0).length;
  return (
    <>
      <p>
        To have them again you pull or import them again.
        {used > 0 && ` ${countOf(used, 'of them has', 'of them have')} boxes and will stay.`}
      </p>
      <ul className="mt-2 list-disc pl-5 text-ink">
        {images.slice(0, NAMES_LISTED).map((image) => (
          <li key={image.id} className="truncate">
            <bdi>{imageName(image)}</bdi>
          </li>
        ))}
        {images.length > NAMES_LISTED && <li>and {images.length - NAMES_LISTED} more</li>}
      </ul>
    </>
  );
}
