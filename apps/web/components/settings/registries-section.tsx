import type { RegistryView } from '@boxyard/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { api } from '../../lib/api';
import { queries } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { Code } from '../ui/code';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { RegistrySignIn } from './registry-sign-in';
import { BODY, CELL, HEAD, HEAD_CELL, ROW, Section, TABLE } from './section';

const COLUMNS = [
  { title: 'Registry', className: 'w-[32%]' },
  { title: 'User', className: 'w-[22%]' },
  { title: 'Password kept', className: 'w-[24%]' },
];
/** An example of the file that decides how registries are reached. */
const SETTINGS_EXAMPLE = `[registry."registry.example.com:5000"]
insecure = true`;

/** Registries the agent has a password or settings for, and the form to sign in to one. */
export function RegistriesSection() {
  const { data: registries, error, refetch } = useQuery(queries.registries());
  // Where a pull or a push was refused leads here.
  const [host, setHost] = useQueryState('host', parseAsString.withDefault(''));
  const [leaving, setLeaving] = useState<RegistryView | null>(null);
  const client = useQueryClient();
  const signOut = async () => {
    if (!leaving) return;
    await api.registries.logout.mutate({ registry: leaving.host });
    toast({ title: `Signed out of ${leaving.host}`, tone: 'good' });
    await client.invalidateQueries({ queryKey: ['registries'] });
  };
  return (
    <div className="flex flex-col gap-8">
      <Section
        title="Registries"
        about="Where images come from and go to. A password is sent to its own registry and nowhere else."
      >
        {error && <ErrorState error={error} retry={() => void refetch()} compact />}
        {!registries && !error && <Skeleton className="h-24 w-full" />}
        {registries?.length === 0 && (
          <p className="text-quiet">None yet: public images need no password, and Docker Hub no settings.</p>
        )}
        {registries && registries.length > 0 && (
          <RegistryTable registries={registries} signIn={(name) => void setHost(name)} signOut={setLeaving} />
        )}
      </Section>
      <RegistrySignIn key={host} host={host} onDone={() => void setHost(null)} />
      <Section
        title="How registries are reached"
        about="Plain HTTP, a CA of your own, mirrors and proxies are set in registries.toml in the agent’s folder, by whoever is root there: nobody can lower them from a browser."
      >
        <Code copy>{SETTINGS_EXAMPLE}</Code>
      </Section>
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={(open) => open || setLeaving(null)}
        title={`Sign out of ${leaving?.host}?`}
        action="Sign out"
        danger
        onConfirm={signOut}
      >
        The agent forgets the password of {leaving?.username}. Images that are here stay.
      </ConfirmDialog>
    </div>
  );
}

interface RegistryTableProps {
  registries: readonly RegistryView[];
  signIn: (host: string) => void;
  signOut: (registry: RegistryView) => void;
}

function RegistryTable({ registries, signIn, signOut }: RegistryTableProps) {
  return (
    <table className={TABLE}>
      <thead className={HEAD}>
        <tr>
          {COLUMNS.map(({ title, className }) => (
            <th key={title} scope="col" className={`${HEAD_CELL} ${className}`}>
              {title}
            </th>
          ))}
          <th scope="col" className={HEAD_CELL}>
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className={BODY}>
        {registries.map((registry) => (
          <Registry key={registry.host} registry={registry} signIn={signIn} signOut={signOut} />
        ))}
      </tbody>
    </table>
  );
}

function Registry({
  registry,
  signIn,
  signOut,
}: Omit<RegistryTableProps, 'registries'> & { registry: RegistryView }) {
  const { host, username, insecure, mirrors } = registry;
  return (
    <tr className={ROW}>
      <td className={`${CELL} font-medium`}>
        <span className="flex flex-wrap items-center gap-2">
          <bdi className="truncate">{host}</bdi>
          {insecure && <Badge tone="busy">not encrypted</Badge>}
        </span>
        {mirrors.length > 0 && (
          <span className="block truncate font-normal text-quiet text-xs" title={mirrors.join('\n')}>
            mirrors: {mirrors.join(', ')}
          </span>
        )}
      </td>
      <td className={`${CELL} max-sm:text-right`}>
        {username ? <bdi>{username}</bdi> : <span className="text-quiet">nobody</span>}
      </td>
      <td className={`${CELL} text-quiet`}>{kept(registry)}</td>
      <td className={`${CELL} text-right`}>
        {username ? (
          <Button size="small" aria-label={`Sign out of ${host}`} onClick={() => signOut(registry)}>
            Sign out
          </Button>
        ) : (
          <Button size="small" aria-label={`Sign in to ${host}`} onClick={() => signIn(host)}>
            Sign in
          </Button>
        )}
      </td>
    </tr>
  );
}

function kept({ keptBy, helper }: RegistryView): string {
  if (keptBy === 'helper') return helper ? `by ${helper}` : 'by a helper';
  return keptBy === 'file' ? 'in clear, in a file of root’s' : '–';
}
