import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, boxErrorOf } from '../lib/api';
import { splitCommand } from '../lib/split-command';
import { Button } from './ui/button';

/** Image, command, name: create and start. Errors stay beside the form, what was typed stays in it. */
export function NewBox({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<{ message: string; hint?: string | undefined } | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    setBusy(true);
    setError(null);
    try {
      const command = splitCommand(text('command'));
      const { id } = await api.containers.create.mutate({
        image: text('image'),
        ...(text('name') ? { name: text('name') } : {}),
        ...(command.length > 0 ? { command } : {}),
        tty: form.has('tty'),
        openStdin: form.has('tty'),
      });
      await api.containers.start.mutate({ container: id });
      close();
    } catch (cause) {
      setError(boxErrorOf(cause));
      setBusy(false);
    }
  };

  return (
    <dialog
      ref={dialog}
      onClose={close}
      aria-labelledby="new-box"
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-box border border-line bg-surface p-5 text-ink backdrop:bg-black/40"
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <h2 id="new-box" className="font-semibold text-base">
          New box
        </h2>
        <Field label="Image" name="image" defaultValue="busybox" required />
        <Field label="Command" name="command" placeholder="the image's own" mono />
        <Field label="Name" name="name" placeholder="made up if left empty" />
        <label className="flex items-center gap-2">
          <input type="checkbox" name="tty" className="accent-(--color-accent)" /> Give it a terminal
        </label>
        {error && (
          <p role="alert" className="text-bad">
            {error.message}
            {error.hint && <span className="block text-quiet">{error.hint}</span>}
          </p>
        )}
        <div className="mt-1 flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={busy}>
            {busy ? 'Starting…' : 'Create and start'}
          </Button>
        </div>
      </form>
    </dialog>
  );
}

function Field({
  label,
  mono,
  ...input
}: {
  label: string;
  name: string;
  mono?: boolean;
  placeholder?: string;
  defaultValue?: string;
  required?: boolean;
}) {
  return (
    <label className="flex flex-col gap-1">
      <span className="text-quiet">{label}</span>
      <input
        {...input}
        autoComplete="off"
        spellCheck={false}
        className={`h-8 rounded-box border border-line bg-canvas px-2 pointer-coarse:h-11 ${mono ? 'font-mono text-[12.5px]' : ''}`}
      />
    </label>
  );
}
