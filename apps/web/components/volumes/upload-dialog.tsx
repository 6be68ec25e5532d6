import type { VolumeView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { useEffect, useRef, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { importVolume, type UploadProgress } from '../../lib/upload';
import { shortVolume } from '../../lib/volumes';
import { ArchiveField, SendingProgress } from '../images/archive-field';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';

interface UploadVolumeDialogProps {
  open: boolean;
  close: () => void;
  volume: VolumeView;
}

/** An archive is unpacked into a volume while it is sent; the dialog says how far it is and can stop it. */
export function UploadVolumeDialog({ open, close, volume: { name, containers } }: UploadVolumeDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [error, setError] = useState<BoxError | null>(null);
  const under = useRef<AbortController | null>(null);
  useEffect(() => {
    if (!open) under.current?.abort();
  }, [open]);
  const submit = async () => {
    if (!file) return;
    const controller = new AbortController();
    under.current = controller;
    setError(null);
    setProgress({ sent: 0, total: file.size });
    try {
      await importVolume({ volume: name, file, onProgress: setProgress, signal: controller.signal });
      await queryClient.invalidateQueries({ queryKey: ['volumes'] });
      toast({ title: `${file.name} is in ${shortVolume(name)}`, tone: 'good' });
      close();
    } catch (cause) {
      const failure = cause instanceof BoxError ? cause : boxErrorOf(cause);
      if (failure.code !== 'CANCELLED') setError(failure);
    } finally {
      under.current = null;
      setProgress(null);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={`Upload into ${shortVolume(name)}`}
      description="A tar, plain or compressed by gzip, xz or zstd. What is there stays, unless the archive has it too."
      footer={
        <>
          <Button onClick={() => (progress ? under.current?.abort() : close())}>Cancel</Button>
          <Button variant="primary" busy={progress !== null} disabled={!file} onClick={() => void submit()}>
            Unpack
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ArchiveField file={file} choose={setFile} disabled={progress !== null} />
        {containers.length > 0 && (
          <p className="text-quiet">
            {containers.join(', ')} {containers.length === 1 ? 'mounts' : 'mount'} it and will see the files
            appear.
          </p>
        )}
        {progress && <SendingProgress {...progress} />}
        {error && <ErrorState error={error} compact />}
      </div>
    </Dialog>
  );
}
