import { lineOf, requestLike } from '@boxyard/api/run-command';
import type { BoxError } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { queries } from '../../lib/queries';
import { TaskInPlace } from '../tasks/task-in-place';
import { Button } from '../ui/button';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { CommandView } from './command-view';
import { type Draft, draftOf, EMPTY } from './draft';
import { Essentials } from './essentials';
import { FormProvider, useFreeName, useNewContainer } from './form';
import { pullsFirst, pullsMissing, wishOf } from './image-wish';
import { forgetDraft, savedDraft } from './saved-draft';
import { Sections } from './sections';
import { problemFrom, submit } from './submit';
import { usePull } from './use-pull';

interface NewContainerProps {
  /** Filled in. */
  image: string;
  /** Id or name of a box to make another like. */
  from: string;
}

export default function NewContainer({ image, from }: NewContainerProps) {
  const source = `${image}\n${from}`;
  const saved = savedDraft(source);
  if (saved || !from) {
    return <NewContainerForm initial={saved ?? draftOf({ ...EMPTY, image })} source={source} />;
  }
  return <Duplicate from={from} source={source} />;
}

/** The form, filled with what a box is made of. */
function Duplicate({ from, source }: { from: string; source: string }) {
  const details = useQuery(queries.details(from));
  const images = useQuery(queries.images());
  const name = useFreeName(details.data?.name ?? '');
  const error = details.error ?? images.error;
  if (error)
    return <ErrorState error={error} retry={() => void Promise.all([details.refetch(), images.refetch()])} />;
  if (!details.data || !images.data) return <Skeleton className="m-4 h-96 max-w-2xl" />;
  const { data } = details;
  const config = images.data.find(({ id }) => id === data.imageId)?.config ?? {};
  const request = requestLike(data.config, config, data);
  return <NewContainerForm initial={draftOf(lineOf({ ...request, name }))} source={source} />;
}

function NewContainerForm({ initial, source }: { initial: Draft; source: string }) {
  const form = useNewContainer(initial, source);
  const router = useRouter();
  const element = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState<'start' | 'create' | null>(null);
  const [error, setError] = useState<BoxError | null>(null);
  /** Grows when somebody pressed a button in vain: then the first mistake gets the focus. */
  const [refused, setRefused] = useState(0);
  useEffect(() => {
    if (refused === 0) return;
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    // What is in a closed part takes no focus.
    first?.closest('details')?.setAttribute('open', '');
    first?.focus();
  }, [refused]);

  const { draft, problems, textProblems } = form;
  const refuse = () => setRefused((before) => before + 1);
  const pulling = usePull({
    image: draft.line.image,
    arrived: (start) => void make(start, true),
    failed: (problem) => {
      setBusy(null);
      if (!problem) return;
      form.report([problem]);
      refuse();
    },
  });
  const send = async (start: boolean) => {
    if (busy) return;
    setError(null);
    form.attempt();
    const missing = draft.line.image === '' && !draft.line.flags.rootfs;
    if (missing || problems.length > 0 || textProblems.length > 0) return refuse();
    await make(start, false);
  };
  const make = async (start: boolean, pulled: boolean) => {
    setBusy(start ? 'start' : 'create');
    if (!pulled && (await pullsFirst(draft))) return pulling.begin(wishOf(draft), start);
    const result = await submit(draft, { start });
    if (!result.ok && !pulled && pullsMissing(result.error, draft))
      return pulling.begin(wishOf(draft), start);
    setBusy(null);
    if (result.ok) {
      forgetDraft();
      router.push(`/containers/view/?id=${result.id}&tab=${result.tty && start ? 'terminal' : 'logs'}`);
      return;
    }
    const problem = problemFrom(result.error, draft);
    if (problem) {
      form.report([problem]);
      refuse();
    } else setError(result.error);
  };
  const cancel = () => {
    forgetDraft();
    router.push('/containers/');
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send(draft.line.verb === 'run');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send(draft.line.verb === 'run');
    }
  };
  const wrong = new Set([...problems, ...textProblems].map(({ message }) => message)).size;
  return (
    <FormProvider value={form}>
      <form ref={element} noValidate onSubmit={onSubmit} onKeyDown={onKeyDown} aria-label="New box">
        <div className="grid max-w-6xl gap-x-8 gap-y-6 px-4 pt-2 pb-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <div className="flex min-w-0 flex-col gap-6">
            <Essentials />
            <Sections />
          </div>
          <div className="min-w-0 lg:sticky lg:top-2 lg:self-start">
            <CommandView />
          </div>
        </div>
        <div className="sticky bottom-0 border-line border-t bg-canvas">
          <div className="flex max-w-6xl flex-wrap items-center justify-end gap-2 px-4 py-3">
            {pulling.task && (
              <div className="basis-full">
                <TaskInPlace key={pulling.task.id} begun={pulling.task} whole onEnd={pulling.ended} />
              </div>
            )}
            {error && (
              <div className="basis-full">
                <ErrorState compact error={error} />
              </div>
            )}
            <p role="status" className="min-w-0 flex-1 text-bad text-xs">
              {wrong > 0 && `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} not right yet`}
            </p>
            <Button variant="ghost" onClick={cancel}>
              Cancel
            </Button>
            <div className="flex gap-2 max-sm:w-full max-sm:*:flex-1">
              <Submit
                start={false}
                primary={draft.line.verb === 'create'}
                busy={busy === 'create'}
                send={send}
              />
              <Submit start primary={draft.line.verb === 'run'} busy={busy === 'start'} send={send} />
            </div>
          </div>
        </div>
      </form>
    </FormProvider>
  );
}

interface SubmitProps {
  start: boolean;
  /** What Enter does, and what the command line says. */
  primary: boolean;
  busy: boolean;
  send(start: boolean): Promise<void>;
}

function Submit({ start, primary, busy, send }: SubmitProps) {
  const label = start ? 'Create and start' : 'Create only';
  if (primary) {
    return (
      <Button type="submit" variant="primary" busy={busy}>
        {label}
      </Button>
    );
  }
  return (
    <Button busy={busy} onClick={() => void send(start)}>
      {label}
    </Button>
  );
}
