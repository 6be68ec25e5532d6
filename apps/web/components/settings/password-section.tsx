import type { AccessStatus } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { queries } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Skeleton } from '../ui/skeleton';
import { Facts, Section } from './section';

/** As the agent demands (NIST SP 800-63B: length, no composition rules). */
const SHORTEST = 12;

/** The password: set, change, remove; and who reaches the dashboard at all. */
export function PasswordSection() {
  const { data: status, error, refetch } = useQuery(queries.access());
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <div className="flex flex-col gap-10">
      <Section
        title="Password"
        about={
          status?.passwordSet === false
            ? 'None is set: browsers sign in by one-time links of “box ui” alone. With a password you can sign in without a shell on the host.'
            : 'Whoever knows it can do everything that root can do on this host. Changing it signs every other browser out.'
        }
      >
        {status ? (
          <PasswordEditor key={String(status.passwordSet)} status={status} />
        ) : (
          <Skeleton className="h-40 w-full max-w-sm" />
        )}
      </Section>
      {status && (
        <Section title="Where the dashboard listens" about={reachOf(status)}>
          <Facts
            facts={[
              ['Address', status.listen ? `${status.listen.host}, port ${status.listen.port}` : 'none'],
              ['Names', status.hosts.join(', ')],
              ['Without a session', 'nothing but this sign-in page; that cannot be switched off'],
            ]}
          />
        </Section>
      )}
    </div>
  );
}

function reachOf({ loopback }: AccessStatus): string {
  return loopback
    ? 'Only this host reaches it, or whoever has a tunnel or a proxy here. BOXYARD_LISTEN and BOXYARD_HOSTS change that; a password must be set first.'
    : 'Other machines reach it. Put a proxy with TLS before it, and name it in BOXYARD_HOSTS.';
}

function PasswordEditor({ status }: { status: AccessStatus }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [removing, setRemoving] = useState(false);
  const [problem, setProblem] = useState<{ field: 'current' | 'next' | 'again'; text: string } | null>(null);
  const change = useMutation<void, BoxError>({
    mutationFn: async () => {
      const input = status.passwordSet ? { current, password: next } : { password: next };
      await api.access.setPassword.mutate(input).catch((error: unknown) => {
        throw boxErrorOf(error);
      });
    },
    onSuccess: () => {
      toast({
        title: status.passwordSet ? 'Password changed' : 'Password set',
        hint: 'Every other browser was signed out.',
        tone: 'good',
      });
      for (const clear of [setCurrent, setNext, setAgain]) clear('');
      void client.invalidateQueries({ queryKey: ['access'] });
    },
    onError: (error) => setProblem(problemOf(error)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found =
      next.length < SHORTEST
        ? { field: 'next' as const, text: `A password has at least ${SHORTEST} characters.` }
        : next !== again
          ? { field: 'again' as const, text: 'The two are not the same.' }
          : null;
    setProblem(found);
    if (!found && !change.isPending) change.mutate();
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.text : undefined);
  return (
    <>
      <form onSubmit={submit} className="flex w-full max-w-sm flex-col gap-3">
        <input type="text" name="username" autoComplete="username" value="boxyard" readOnly hidden />
        {status.passwordSet && (
          <PasswordField
            label="Current password"
            value={current}
            onChange={setCurrent}
            error={errorOf('current')}
          />
        )}
        <PasswordField
          label="New password"
          hint={`At least ${SHORTEST} characters; a few random words are good.`}
          value={next}
          onChange={setNext}
          error={errorOf('next')}
          isNew
        />
        <PasswordField
          label="New password again"
          value={again}
          onChange={setAgain}
          error={errorOf('again')}
          isNew
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" busy={change.isPending}>
            {status.passwordSet ? 'Change password' : 'Set password'}
          </Button>
          {status.passwordSet && (
            <Button variant="danger" onClick={() => setRemoving(true)} disabled={!status.loopback}>
              Remove password…
            </Button>
          )}
        </div>
        {status.passwordSet && !status.loopback && (
          <p className="text-quiet text-xs">It cannot be removed while other machines reach the dashboard.</p>
        )}
      </form>
      <RemoveDialog open={removing} onOpenChange={setRemoving} />
    </>
  );
}

function RemoveDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const close = (next: boolean) => {
    setCurrent('');
    onOpenChange(next);
  };
  const remove = async () => {
    await api.access.removePassword.mutate({ current });
    toast({ title: 'Password removed', hint: '“box ui” on the host makes sign-in links.', tone: 'good' });
    void client.invalidateQueries({ queryKey: ['access'] });
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={close}
      title="Remove the password?"
      action="Remove password"
      danger
      onConfirm={remove}
    >
      <div className="flex flex-col gap-3">
        <p>Then only one-time links sign in. Browsers that are signed in stay so.</p>
        <div className="text-ink">
          <PasswordField label="Current password" value={current} onChange={setCurrent} />
        </div>
      </div>
    </ConfirmDialog>
  );
}

interface PasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  isNew?: boolean;
}

function PasswordField({ label, value, onChange, hint, error, isNew = false }: PasswordFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      <Input
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        maxLength={1024}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}

/** Which field it belongs to, in words. */
function problemOf(error: BoxError): { field: 'current' | 'next'; text: string } {
  switch (error.code) {
    case 'PERMISSION_DENIED':
      return { field: 'current', text: 'This is not the current password.' };
    case 'RESOURCE_EXHAUSTED':
      return { field: 'current', text: `Too many attempts: ${error.hint ?? 'wait a minute'}.` };
    default:
      return { field: 'next', text: `${error.message}${error.hint ? `: ${error.hint}` : ''}` };
  }
}
