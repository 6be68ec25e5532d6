import type { BoxError } from '@boxyard/spec';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { toast } from '../../lib/toasts';
import { Button } from '../ui/button';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Section } from './section';

/** As the agent reads it: a host, and a port when it is not 443. */
const HOST = /^[a-zA-Z0-9.:[\]-]{1,255}$/;

interface RegistrySignInProps {
  /** Filled in, and then the form has the focus. */
  host: string;
  onDone: () => void;
}

/** Name and password for one registry; the registry is asked whether they are right before they are kept. */
export function RegistrySignIn({ host: preset, onDone }: RegistrySignInProps) {
  const [host, setHost] = useState(preset);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const client = useQueryClient();
  useEffect(() => {
    if (preset) form.current?.querySelector<HTMLInputElement>('[name=registry-user]')?.focus();
  }, [preset]);
  const registry = host.trim() || 'docker.io';
  const wrongHost = host.trim() !== '' && !HOST.test(host.trim());
  const ready = !wrongHost && username.trim() !== '' && password !== '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      const kept = await api.registries.login.mutate({ registry, username: username.trim(), password });
      setPassword('');
      await client.invalidateQueries({ queryKey: ['registries'] });
      toast({
        title: `Signed in to ${kept.host} as ${kept.username}`,
        hint: kept.keptBy === 'file' ? 'The password is kept in clear on the agent’s host.' : undefined,
        tone: 'good',
      });
      onDone();
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title="Sign in to a registry"
      about="The agent keeps the password in a file that only root reads, in clear, unless a credential helper is set up there. A token that may only pull or push does less harm than a password."
    >
      <form
        ref={form}
        onSubmit={(event) => void submit(event)}
        className="flex w-full max-w-sm flex-col gap-3"
      >
        <Field
          label="Registry"
          hint="Left empty: Docker Hub."
          error={wrongHost && 'A host, with its port if it has one: registry.example.com:5000'}
        >
          <Input
            mono
            value={host}
            placeholder="docker.io"
            onChange={(event) => setHost(event.currentTarget.value)}
          />
        </Field>
        <Field label="User">
          <Input
            name="registry-user"
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
        </Field>
        <Field label="Password or token">
          <Input
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        {error && <ErrorState error={error} compact />}
        <div>
          <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
            Sign in
          </Button>
        </div>
      </form>
    </Section>
  );
}
