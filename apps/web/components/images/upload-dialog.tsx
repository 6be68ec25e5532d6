import type { ImageView } from '@boxyard/api';
import { BoxError, parseReference, splitShellWords } from '@boxyard/spec';
import { useEffect, useRef, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { imageNameOf, importImage, loadImages, type UploadProgress } from '../../lib/upload';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { ArchiveField, SendingProgress } from './archive-field';

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
        <ArchiveField
          file={file}
          choose={choose}
          disabled={progress !== null}
          hint="Or drop a file anywhere on the page."
        />
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
        {progress && <SendingProgress {...progress} />}
        {error && <ErrorState error={error} compact />}
        {/* Enter in a field sends the form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
