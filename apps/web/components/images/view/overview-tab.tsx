import type { ContainerView, ImageDetails } from '@boxyard/api';
import { formatPlatform, humanizeAge } from '@boxyard/spec';
import Link from 'next/link';
import { useYard } from '../../../lib/connection';
import { containerHref } from '../../../lib/containers/links';
import { bytes } from '../../../lib/format';
import { countOf, imageReference, newBoxHref, shortImageId } from '../../../lib/images/names';
import { useNow } from '../../../lib/now';
import { Card, CardGrid, Fact, Facts } from '../../containers/view/facts';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { Meter } from '../../ui/meter';
import { StatusMark } from '../../ui/status-mark';
import type { ImageAction } from '../image-dialogs';
import { untag } from '../image-menu';

interface OverviewTabProps {
  image: ImageDetails;
  act: (action: ImageAction) => void;
}

/** What it is called, what it is, how much of the disk is its own, and who uses it. */
export default function OverviewTab({ image, act }: OverviewTabProps) {
  return (
    <CardGrid>
      <Names image={image} act={act} />
      <About image={image} />
      <Size image={image} />
      <UsedBy image={image} />
    </CardGrid>
  );
}

function Names({ image, act }: OverviewTabProps) {
  const { tags, digests } = image;
  return (
    <Card
      title="Names"
      aside={
        <Button size="small" onClick={() => act({ kind: 'tag', image })}>
          Add a name
        </Button>
      }
    >
      {tags.length === 0 && <p className="text-quiet">None. A clean-up takes images without a name.</p>}
      <ul className="flex flex-col">
        {tags.map((tag) => (
          <li key={tag} className="flex min-h-7 min-w-0 items-center gap-1">
            <span className="min-w-0 break-words font-medium [overflow-wrap:anywhere]">
              <bdi>{tag}</bdi>
            </span>
            <CopyButton text={tag} label={`Copy ${tag}`} size="small" />
            {tags.length > 1 && (
              <Button
                size="small"
                variant="ghost"
                className="ml-auto"
                aria-label={`Take the name ${tag} away`}
                onClick={() => void untag(tag)}
              >
                Take away
              </Button>
            )}
          </li>
        ))}
      </ul>
      <h3 className="mt-3 mb-1 text-quiet">By digest</h3>
      {digests.length === 0 && (
        <p className="text-quiet text-xs">It was neither pulled nor pushed: no registry knows it yet.</p>
      )}
      <ul className="flex flex-col">
        {digests.map((digest) => (
          <li key={digest} className="flex min-w-0 items-center gap-1">
            <span className="min-w-0 truncate font-mono text-mono" title={digest}>
              <bdi>{digest}</bdi>
            </span>
            <CopyButton text={digest} label="Copy digest" size="small" />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function About({ image }: { image: ImageDetails }) {
  const { id, manifest, platform, createdAt, author, layerDetails } = image;
  const now = useNow();
  const created = new Date(createdAt);
  return (
    <Card title="Image">
      <Facts>
        <Fact label="Platform">{formatPlatform(platform)}</Fact>
        <Fact label="Created">
          <time dateTime={created.toISOString()} title={created.toISOString()}>
            {created.toLocaleString('en-GB')}{' '}
            <span className="text-quiet">({humanizeAge(created.toISOString(), now)})</span>
          </time>
        </Fact>
        {author && <Fact label="Author">{author}</Fact>}
        <Fact label="Layers">{String(layerDetails.length)}</Fact>
        <Fact label="ID" mono copy={id} clipped>
          {shortImageId(id)}
        </Fact>
        <Fact label="Manifest" mono copy={`sha256:${manifest}`} clipped>
          {`sha256:${manifest}`}
        </Fact>
      </Facts>
    </Card>
  );
}

function Size({ image: { size, sharedSize, layerDetails } }: { image: ImageDetails }) {
  const archives = layerDetails.reduce((sum, { archiveBytes }) => sum + archiveBytes, 0);
  return (
    <Card title="Size">
      <p className="mb-2">
        <span className="font-medium text-title">{bytes(size)}</span> unpacked
      </p>
      <Meter
        value={size - sharedSize}
        max={size}
        label={`${bytes(size - sharedSize)} of ${bytes(size)} are its own`}
      />
      <div className="mt-3">
        <Facts>
          <Fact label="Its own">{`${bytes(size - sharedSize)}: given back when it is removed`}</Fact>
          <Fact label="Shared">{`${bytes(sharedSize)} in layers that other images have too`}</Fact>
          <Fact label="To transfer">{`${bytes(archives)} compressed`}</Fact>
        </Facts>
      </div>
    </Card>
  );
}

function UsedBy({ image }: { image: ImageDetails }) {
  const { containers } = useYard();
  const boxes = [...(containers?.values() ?? [])].filter(({ imageId }) => imageId === image.id);
  return (
    <Card title={boxes.length === 0 ? 'Used by' : `Used by ${countOf(boxes.length, 'box', 'boxes')}`}>
      {boxes.length === 0 ? (
        <p className="text-quiet">
          No box.{' '}
          <Link href={newBoxHref(imageReference(image))} className="text-accent underline">
            Make one
          </Link>
        </p>
      ) : (
        <ul className="flex max-h-64 flex-col overflow-y-auto">
          {boxes.map((box) => (
            <Box key={box.id} box={box} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Box({ box }: { box: ContainerView }) {
  return (
    <li className="flex min-h-7 min-w-0 items-center gap-3 pointer-coarse:min-h-11">
      <Link
        href={containerHref(box.id)}
        prefetch={false}
        className="min-w-0 flex-1 truncate hover:text-accent hover:underline pointer-coarse:py-3"
      >
        <bdi>{box.name}</bdi>
      </Link>
      <StatusMark container={box} />
    </li>
  );
}
