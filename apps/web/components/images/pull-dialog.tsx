import type { TaskView } from '@boxyard/api';
import { type BoxError, parsePlatform } from '@boxyard/spec';
import Link from 'next/link';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { nameInFull, nameProblem, newBoxHref } from '../../lib/images/names';
import { cancelTask, useFollowedTask } from '../../lib/tasks';
import { TaskInPlace } from '../tasks/task-in-place';
import { Autocomplete } from '../ui/autocomplete';
import { Button, buttonClass } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

/** Those that most images are made for. */
const PLATFORMS = ['amd64', 'arm64', 'arm/v7', '386', 'riscv64', 'ppc64le', 's390x'].map((architecture) => ({
  value: `linux/${architecture}`,
}));

interface PullDialogProps {
  open: boolean;
  close: () => void;
  /** Filled in. */
  image: string;
}

/** Asks for a name, then shows how far the pull is; closing the dialog leaves it running. */
export function PullDialog({ open, close, image: preset }: PullDialogProps) {
  const [image, setImage] = useState(preset);
  const [platform, setPlatform] = useState('');
  const [task, setTask] = useState<TaskView | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const wrong = nameProblem(image.trim());
  const full = nameInFull(image.trim());
  const wrongPlatform = platformProblem(platform);
  const ready = full !== undefined && !wrongPlatform && !busy;
  const pull = async () => {
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      const wanted = platform.trim();
      setTask(await api.images.pull.mutate({ image: image.trim(), ...(wanted ? { platform: wanted } : {}) }));
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  if (task) {
    return <Pulling open={open} close={close} begun={task} again={() => setTask(null)} />;
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title="Pull an image"
      description="From a registry. It goes on when this window is closed."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={!full || Boolean(wrongPlatform)}
            onClick={() => void pull()}
          >
            Pull
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void pull();
        }}
      >
        <Field
          label="Image"
          error={wrong}
          hint={
            full ? (
              <>
                From <b className="font-medium text-ink">{full.registry}</b>:{' '}
                <span className="break-all font-mono">{full.path}</span>
              </>
            ) : (
              'NAME[:TAG], with the registry before it when it is not Docker Hub'
            )
          }
        >
          <Input
            mono
            value={image}
            placeholder="debian:stable"
            onChange={(event) => setImage(event.currentTarget.value)}
          />
        </Field>
        <Field label="Platform" hint="Left empty: what this host runs." error={wrongPlatform}>
          <Autocomplete
            mono
            value={platform}
            onChange={setPlatform}
            suggestions={PLATFORMS}
            placeholder="this host’s"
          />
        </Field>
        {error && <ErrorState error={error} compact />}
        {/* Enter in a field sends the form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

interface PullingProps {
  open: boolean;
  close: () => void;
  begun: TaskView;
  again: () => void;
}

function Pulling({ open, close, begun, again }: PullingProps) {
  const { state, subject, id, result } = useFollowedTask(begun);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title={state === 'done' ? `${subject} is here` : `Pull ${subject}`}
      footer={
        <>
          {(state === 'failed' || state === 'cancelled') && <Button onClick={again}>Back</Button>}
          {state === 'done' ? (
            <>
              <Button onClick={close}>Close</Button>
              <Link
                href={newBoxHref(result?.name ?? subject)}
                className={buttonClass('primary')}
                onClick={close}
              >
                Use for a new box
              </Link>
            </>
          ) : (
            <Button variant="primary" onClick={close}>
              {state === 'running' ? 'Go on in the background' : 'Close'}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <TaskInPlace begun={begun} onLeave={close} />
        {/* Not at the foot, where the focus is: a second Enter must not undo what the first began. */}
        {state === 'running' && (
          <Button size="small" className="self-start" onClick={() => void cancelTask(id)}>
            Cancel the pull
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function platformProblem(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  try {
    parsePlatform(text.trim());
    return undefined;
  } catch {
    return 'Like linux/amd64 or linux/arm/v7.';
  }
}
