import type { ImageView } from '@boxyard/api';
import { BoxError, parseReference, splitShellWords } from '@boxyard/spec';
import { useEffect, useId, useRef, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { bytes, percent } from '../../lib/format';
import { imageNameOf, importImage, loadImages, type UploadProgress } from '../../lib/upload';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Meter } from '../ui/meter';

type Content = 'saved' | 'root';
const CONTENTS: readonly { value: Content; label: string; about: string }[] = [
  {
    value: 'saved',
    label: 'Saved images',
    about: 'From docker save, podman save, skopeo or box save: they keep their names.',
  },
  {
    value: 'root',
    label: 'A root file system',
    about: 'Its files become an image of one layer, under a name of yours.',
  },
];

interface UploadDialogProps {
  open: boolean;
  close: () => void;
  /** Dropped on the page. */
  dropped: File | undefined;
  onDone: (images: readonly ImageView[]) => void;
}

const ARCHIVES = '.tar,.tgz,.txz,.gz,.xz,.zst';

/** An archive becomes images: loaded as it was saved, or imported as files. While it is sent the dialog says how far it is and can stop it. */
export function UploadDialog({ open, close, dropped, onDone }: UploadDialogProps) {
  const [content, setContent] = useState<Content>('saved');
  const [file, setFile] = useState<File | null>(dropped ?? null);
  const [name, setName] = useState(dropped ? imageNameOf(dropped.name) : '');
  const [command, setCommand] = useState('');
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [error, setError] = useState<BoxError | null>(null);
  const under = useRef<AbortController | null>(null);
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setError(null);
    if (chosen) setName((before) => before || imageNameOf(chosen.name));
  };
  useEffect(() => {
    if (!open) under.current?.abort();
  }, [open]);
  const wrongName = name !== '' && !parseReference(name);
  const split = splitShellWords(command);
  const ready = file !== null && (content === 'saved' || (name !== '' && !wrongName && !split.problem));

  const submit = async () => {
    if (!ready) return;
    const controller = new AbortController();
    under.current = controller;
    setError(null);
    setProgress({ sent: 0, total: file.size });
    try {
      const { signal } = controller;
      const upload = { file, onProgress: setProgress, signal };
      const command = split.words.map(({ text }) => text);
      onDone(
        content === 'saved' ? await loadImages(upload) : [await importImage({ ...upload, name, command })],
      );
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
      title="Upload an archive"
      description="Plain tar, or compressed by gzip, xz or zstd; as large as the disk takes."
      footer={
        <>
          <Button onClick={() => (progress ? under.current?.abort() : close())}>Cancel</Button>
          <Button variant="primary" busy={progress !== null} disabled={!ready} onClick={() => void submit()}>
            {content === 'saved' ? 'Load' : 'Import'}
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
        <fieldset className="flex flex-col gap-1.5" disabled={progress !== null}>
          <legend className="mb-1 font-medium">It holds</legend>
          {CONTENTS.map(({ value, label, about }) => (
            <div key={value}>
              <label className="flex w-fit items-center gap-2 pointer-coarse:min-h-11">
                <input
                  type="radio"
                  name="content"
                  aria-describedby={`${value}-about`}
                  className="size-4 shrink-0 accent-accent"
                  checked={content === value}
                  onChange={() => setContent(value)}
                />
                {label}
              </label>
              <p id={`${value}-about`} className="pl-6 text-quiet text-xs">
                {about}
              </p>
            </div>
          ))}
        </fieldset>
        {content === 'root' && (
          <>
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
          </>
        )}
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
