import type { ImageDetails } from '@boxyard/api';
import { formatPlatform } from '@boxyard/spec';
import Link from 'next/link';
import { bytes } from '../../../lib/format';
import { imageName, imageReference, newBoxHref, shortImageId } from '../../../lib/images/names';
import { useKeys } from '../../../lib/keys';
import { Badge } from '../../ui/badge';
import { Button, buttonClass } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { IconButton } from '../../ui/icon-button';
import { DownloadIcon, MoreIcon, UploadIcon } from '../../ui/icons';
import { Menu } from '../../ui/menu';
import type { ImageAction } from '../image-dialogs';
import { imageMenu } from '../image-menu';

interface ImageHeaderProps {
  image: ImageDetails;
  act: (action: ImageAction) => void;
}

/** Name, platform, size, and what can be done with it. */
export default function ImageHeader({ image, act }: ImageHeaderProps) {
  const { id, tags, platform, size } = image;
  const name = imageName(image);
  useKeys(
    { d: { label: 'Remove (asks)', run: () => act({ kind: 'remove', images: [image] }) } },
    { group: 'Image' },
  );
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-3 gap-y-0.5">
        {/* The heading of the page says the same to screen readers. */}
        <p aria-hidden className="min-w-0 max-w-full truncate font-semibold text-base">
          <bdi>{name}</bdi>
        </p>
        {tags.length > 1 && <Badge>{`+${tags.length - 1}`}</Badge>}
        <span className="text-quiet">{formatPlatform(platform)}</span>
        <span className="text-quiet">{bytes(size)}</span>
        <span className="inline-flex items-center gap-0.5 font-mono text-mono text-quiet">
          {shortImageId(id)}
          <CopyButton text={id} label="Copy ID" size="small" />
        </span>
      </div>
      <div className="flex items-center gap-2">
        <Link
          href={newBoxHref(imageReference(image))}
          prefetch={false}
          className={buttonClass('primary')}
          aria-label={`Use ${name} for a new box`}
        >
          Use
        </Link>
        <Button aria-label={`Push ${name}`} onClick={() => act({ kind: 'push', image })}>
          <UploadIcon />
          Push
        </Button>
        <Button aria-label={`Save ${name}`} onClick={() => act({ kind: 'save', images: [image] })}>
          <DownloadIcon />
          Save
        </Button>
        <Menu
          trigger={
            <IconButton label={`More for ${name}`}>
              <MoreIcon />
            </IconButton>
          }
          items={imageMenu(image, act)}
        />
      </div>
    </header>
  );
}
