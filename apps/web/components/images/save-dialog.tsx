import type { ImageView } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { downloadFrom } from '../../lib/download';
import { countOf, imageName } from '../../lib/images/names';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Select } from '../ui/select';

const FORMATS = [
  { value: 'docker', label: 'Docker archive' },
  { value: 'oci', label: 'OCI layout' },
] as const;
type Format = (typeof FORMATS)[number]['value'];
const WORDS: Record<Format, string> = {
  docker: 'What docker load, podman and skopeo of any age take.',
  oci: 'The standard’s own layout in a tar; keeps every digest.',
};

interface SaveDialogProps {
  open: boolean;
  close: () => void;
  images: readonly ImageView[];
}

/** Images as one archive, which the browser keeps while the agent writes it. */
export function SaveDialog({ open, close, images }: SaveDialogProps) {
  const [format, setFormat] = useState<Format>('docker');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const [first] = images;
  const what = images.length === 1 && first ? imageName(first) : countOf(images.length, 'image');
  const save = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      // By all its names, so that it has them again where it is loaded.
      const wanted = images.flatMap(({ tags, id }) => (tags.length > 0 ? tags : [id]));
      const { transfer } = await api.images.save.mutate({ images: wanted, format });
      downloadFrom(transfer);
      close();
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={`Save ${what}`}
      description="As a file of the browser’s downloads, to be loaded elsewhere."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" busy={busy} onClick={() => void save()}>
            Download
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Format" hint={WORDS[format]}>
          <Select value={format} onChange={setFormat} items={FORMATS} />
        </Field>
        {error && <ErrorState error={error} compact />}
      </div>
    </Dialog>
  );
}
