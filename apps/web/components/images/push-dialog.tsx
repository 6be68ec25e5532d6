import type { ImageView, TaskView } from '@boxyard/api';
import { type BoxError, parseReference } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { imageName, imageReference, nameInFull, nameProblem } from '../../lib/images/names';
import { queries } from '../../lib/queries';
import { cancelTask, useFollowedTask } from '../../lib/tasks';
import { TaskInPlace } from '../tasks/task-in-place';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

interface PushDialogProps {
  open: boolean;
  close: () => void;
  image: ImageView;
}

/** Sends an image to a registry, under its own name or another. */
export function PushDialog({ open, close, image }: PushDialogProps) {
  const [destination, setDestination] = useState(image.tags[0] ?? '');
  const [task, setTask] = useState<TaskView | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const wanted = destination.trim();
  const full = parseReference(wanted) ? nameInFull(wanted) : undefined;
  const wrong =
    nameProblem(wanted) ??
    (wanted && !full ? 'A name with a tag: the digest follows from the bytes.' : undefined);
  const push = async () => {
    if (!full || busy) return;
    setBusy(true);
    setError(null);
    try {
      setTask(await api.images.push.mutate({ image: imageReference(image), destination: wanted }));
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  if (task) return <Pushing open={open} close={close} begun={task} again={() => setTask(null)} />;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={`Push ${imageName(image)}`}
      description="Only what the registry lacks is sent. It goes on when this window is closed."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!full} onClick={() => void push()}>
            Push
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void push();
        }}
      >
        <Field
          label="To"
          error={wrong}
          hint={
            full ? (
              <SignedIn host={full.registry} path={full.path} close={close} />
            ) : (
              'REGISTRY/NAME[:TAG], like ghcr.io/team/app:v2'
            )
          }
        >
          <Input mono value={destination} onChange={(event) => setDestination(event.currentTarget.value)} />
        </Field>
        {error && <ErrorState error={error} compact />}
        {/* Enter in a field sends the form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

/** Where it goes, and whether somebody is signed in there: most registries take nothing from strangers. */
function SignedIn({ host, path, close }: { host: string; path: string; close: () => void }) {
  const { data: registries } = useQuery(queries.registries());
  const user = registries?.find((registry) => registry.host === host)?.username;
  return (
    <>
      To <b className="font-medium text-ink">{host}</b>: <span className="break-all font-mono">{path}</span>.{' '}
      {user && `Signed in as ${user}.`}
      {registries && !user && (
        <>
          Nobody is signed in there;{' '}
          <Link
            href={`/settings/?tab=registries&host=${encodeURIComponent(host)}`}
            onClick={close}
            className="text-accent underline"
          >
            sign in
          </Link>{' '}
          if it asks for it.
        </>
      )}
    </>
  );
}

interface PushingProps {
  open: boolean;
  close: () => void;
  begun: TaskView;
  again: () => void;
}

function Pushing({ open, close, begun, again }: PushingProps) {
  const { state, subject, id } = useFollowedTask(begun);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={state === 'done' ? `${subject} was pushed` : `Push ${subject}`}
      footer={
        <>
          {(state === 'failed' || state === 'cancelled') && <Button onClick={again}>Back</Button>}
          <Button variant="primary" onClick={close}>
            {state === 'running' ? 'Go on in the background' : 'Close'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <TaskInPlace begun={begun} onLeave={close} />
        {/* Not at the foot, where the focus is: a second Enter must not undo what the first began. */}
        {state === 'running' && (
          <Button size="small" className="self-start" onClick={() => void cancelTask(id)}>
            Cancel the push
          </Button>
        )}
      </div>
    </Dialog>
  );
}
