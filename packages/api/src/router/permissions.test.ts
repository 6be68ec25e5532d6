import { expect, it } from 'vitest';
import { ALL_PERMISSIONS, PERMISSIONS, type Principal } from '../permissions.ts';
import { createCaller } from '../procedure.ts';
import type { AccessService, AuditService, Services } from '../services.ts';
import { appRouter } from './index.ts';

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: 'query' | 'mutation' | 'subscription'; meta?: { permission?: string } } }
  >,
);
const mutations = procedures.filter(([, { _def }]) => _def.type === 'mutation').map(([name]) => name);

/** A caller of every procedure over no services at all: each use of one but the audit is a TypeError. */
function walk(principal: Principal | null) {
  const audited: Parameters<AuditService['add']>[0][] = [];
  const caller = createCaller(appRouter)({
    principal,
    services: {
      audit: { add: (entry: (typeof audited)[number]) => audited.push(entry) },
    } as unknown as Services,
    access: {} as AccessService,
    signal: new AbortController().signal,
    mintTransfer: () => '',
    mintDownload: () => '',
    mintSignIn: async () => ({ url: '', expiresAt: '' }),
  }) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  const call = (procedure: string, input: unknown) => {
    const [group = '', verb = ''] = procedure.split('.');
    return caller[group]?.[verb]?.(input);
  };
  return { call, audited };
}

it('every procedure names a permission that exists', () => {
  expect(procedures.length).toBeGreaterThan(10);
  for (const [name, { _def }] of procedures)
    expect([name, PERMISSIONS]).toEqual([name, expect.arrayContaining([_def.meta?.permission])]);
});

it('every procedure refuses a caller without a session, and one without its permission, before it looks at anything', async () => {
  const nobody = { kind: 'session' as const, name: 'nobody', permissions: new Set<never>() };
  for (const [principal, code] of [
    [null, 'UNAUTHORIZED'],
    [nobody, 'FORBIDDEN'],
  ] as const) {
    const { call } = walk(principal);
    for (const [name] of procedures) await expect(call(name, {}), name).rejects.toMatchObject({ code });
  }
});

it('every change that somebody known asks for is audited with its outcome, nothing else is', async () => {
  const { call, audited } = walk({ kind: 'session', name: 'abc', permissions: ALL_PERMISSIONS });
  for (const [name] of procedures)
    await call(name, { container: 'web', env: ['KEY=s3cret'] })?.catch(() => undefined);
  expect(audited.map(({ procedure }) => procedure)).toEqual(mutations);
  for (const entry of audited)
    expect(entry).toMatchObject({ who: 'abc', subject: 'container=web', error: expect.any(String) });

  const denied = walk({ kind: 'session', name: 'abc', permissions: new Set() });
  await denied.call('containers.stop', { container: 'web' })?.catch(() => undefined);
  expect(denied.audited).toMatchObject([{ procedure: 'containers.stop', error: 'PERMISSION_DENIED' }]);
  const stranger = walk(null);
  await stranger.call('containers.stop', { container: 'web' })?.catch(() => undefined);
  expect(stranger.audited).toEqual([]);
});
