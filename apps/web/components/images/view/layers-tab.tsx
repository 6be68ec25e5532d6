import type { ImageDetails, ImageLayer } from '@boxyard/api';
import { useState } from 'react';
import { bytes } from '../../../lib/format';
import { madeBy } from '../../../lib/images/made-by';
import { countOf } from '../../../lib/images/names';
import { Badge } from '../../ui/badge';
import { CopyButton } from '../../ui/copy-button';
import { LayerTree } from './layer-tree';

/** The layers from the bottom up: what made each, its sizes, who shares it, and its files when somebody looks. */
export default function LayersTab({ image }: { image: ImageDetails }) {
  const { layerDetails } = image;
  return (
    <div className="h-full overflow-y-auto p-4">
      <p className="mb-3 text-quiet">
        From the bottom up: what a layer has hides the same path of those below it.
        {layerDetails.length === 0 && ' This image has none.'}
      </p>
      <ol className="flex flex-col gap-2">
        {layerDetails.map((layer, index) => (
          <Layer key={layer.diffId} image={image} layer={layer} number={index + 1} />
        ))}
      </ol>
    </div>
  );
}

interface LayerProps {
  image: ImageDetails;
  layer: ImageLayer;
  number: number;
}

function Layer({ image, layer, number }: LayerProps) {
  const { diffId, digest, createdBy, archiveBytes, bytes: size, images, mediaType } = layer;
  const [open, setOpen] = useState(false);
  const line = madeBy(createdBy) || 'no word about what made it';
  return (
    <li className="min-w-0 rounded-box border border-line bg-surface">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-3 gap-y-1 p-3 hover:bg-raised [&::-webkit-details-marker]:hidden">
          <span className="w-6 shrink-0 text-right text-quiet">{number}</span>
          <span className="min-w-0 flex-1 basis-52 truncate font-mono text-mono" title={createdBy ?? ''}>
            {line}
          </span>
          {images > 1 && <Badge>{`shared with ${countOf(images - 1, 'image')}`}</Badge>}
          <span className="shrink-0 text-quiet text-xs">{bytes(archiveBytes)} compressed</span>
          <span className="w-20 shrink-0 text-right font-medium">{bytes(size)}</span>
        </summary>
        {open && (
          <div className="flex flex-col gap-3 border-line border-t p-3">
            {createdBy && (
              <p className="max-h-40 overflow-y-auto whitespace-pre-wrap break-words font-mono text-mono [overflow-wrap:anywhere]">
                {createdBy}
              </p>
            )}
            <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-center gap-x-4 text-xs">
              <Digest term="Blob" value={digest} missing="its archive was not kept" />
              <Digest term="Diff id" value={`sha256:${diffId}`} />
              <dt className="text-quiet">Media type</dt>
              <dd className="min-h-6 break-words py-0.5 [overflow-wrap:anywhere]">{mediaType}</dd>
            </dl>
            <section aria-label={`Files of layer ${number}`}>
              <h2 className="mb-1 font-medium">Files</h2>
              <LayerTree image={image.id} diffId={diffId} />
            </section>
          </div>
        )}
      </details>
    </li>
  );
}

function Digest({ term, value, missing = '' }: { term: string; value: string | null; missing?: string }) {
  return (
    <>
      <dt className="text-quiet">{term}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        {value ? (
          <>
            <span className="truncate font-mono" title={value}>
              {value}
            </span>
            <CopyButton text={value} label={`Copy ${term.toLowerCase()}`} size="small" />
          </>
        ) : (
          <span className="text-quiet">{missing}</span>
        )}
      </dd>
    </>
  );
}
