import type { ImageView } from '@boxyard/api';
import { BoxError, parseReference, splitShellWords } from '@boxyard/spec';
import { useEffect, useId, useRef, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { bytes, percent } from '../../lib/format';
import { imageNameOf, importImage, type UploadProgress } from '../../lib/upload';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Meter } from '../ui/meter';

interface ImportDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Dropped on the page. */
  dropped: File | null;
  onImported: (image: ImageView) => void;
}

const ARCHIVES = '.tar,.tgz,.txz,.gz,.xz,.zst';

/** An archive of a root file system becomes an image. While it is sent the dialog says how far it is and can stop it. */
export function ImportDialog({ open, onOpenChange, dropped, onImported }: ImportDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [command, setCommand] = useState('');
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [error, setError] = useState<BoxError | null>(null);
  const under = useRef<AbortController | null>(null);
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setError(null);
    if (chosen) setName((before) => before || imageNameOf(chosen.name));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file that is dropped anew is chosen, nothing else chooses
  useEffect(() => {
    if (dropped) choose(dropped);
  }, [dropped]);
  useEffect(() => {
    if (open) return;
    under.current?.abort();
    setFile(null);
    setName('');
    setCommand('');
    setError(null);
  }, [open]);
  const wrongName = name !== '' && !parseReference(name);
  const split = splitShellWords(command);
  const ready = file !== null && name !== '' && !wrongName && !split.problem;

  const submit = async () => {
    if (!ready) return;
    const controller = new AbortController();
    under.current = controller;
    setError(null);
    setProgress({ sent: 0, total: file.size });
    try {
      const { signal } = controller;
      const words = split.words.map(({ text }) => text);
      onImported(await importImage({ file, name, command: words, onProgress: setProgress, signal }));
      onOpenChange(false);
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
      onOpenChange={onOpenChange}
      title="Import an image"
      description="A root file system as an archive: plain tar, or compressed by gzip, xz or zstd."
      footer={
        <>
          <Button onClick={() => (progress ? under.current?.abort() : onOpenChange(false))}>Cancel</Button>
          <Button variant="primary" busy={progress !== null} disabled={!ready} onClick={() => void submit()}>
            Import
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!progress) void submit();
        }}
      >
        <ArchiveField file={file} choose={choose} disabled={progress !== null} />
        <Field
          label="Name"
          hint="Like debian or team/tools:v2"
          error={wrongName && 'Small letters, digits and . _ - between them, then :TAG if you like.'}
        >
          <Input
            mono
            value={name}
            disabled={progress !== null}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        <Field
          label="Command"
          hint="What a box of it runs when it is told nothing else. Optional."
          error={split.problem && `${split.problem.message}: ${split.problem.hint}`}
        >
          <Input
            mono
            value={command}
            placeholder="sh"
            disabled={progress !== null}
            onChange={(event) => setCommand(event.currentTarget.value)}
          />
        </Field>
        {progress && <Progress {...progress} />}
        {error && <ErrorState error={error} compact />}
        {/* Enter in a field sends the form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

interface ArchiveFieldProps {
  file: File | null;
  choose: (file: File | null) => void;
  disabled: boolean;
}

function ArchiveField({ file, choose, disabled }: ArchiveFieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="w-fit font-medium">
        Archive
      </label>
      <input
        id={id}
        type="file"
        accept={ARCHIVES}
        disabled={disabled}
        onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
        className="w-full min-w-0 cursor-pointer rounded-box border border-edge border-dashed p-2 text-quiet file:mr-3 file:h-8 file:cursor-pointer file:rounded-box file:border file:border-rim file:border-solid file:bg-surface file:px-3 file:font-medium file:text-ink hover:border-edge-hover pointer-coarse:file:h-11"
      />
      <p className="text-quiet text-xs">
        {file ? `${file.name}, ${bytes(file.size)}` : 'Or drop a file anywhere on the page.'}
      </p>
    </div>
  );
}

function Progress({ sent, total }: UploadProgress) {
  const whole = total > 0 && sent >= total;
  const words = whole ? 'Sent; the agent unpacks the rest…' : `${bytes(sent)} of ${bytes(total)} sent`;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex justify-between gap-3 text-quiet text-xs">
        <span role="status">{whole ? words : 'Sending…'}</span>
        {!whole && (
          <span>
            {words}, {percent(total > 0 ? sent / total : 0)}
          </span>
        )}
      </div>
      <Meter value={sent} max={total} label={words} />
    </div>
  );
}
