import { expect, it } from 'vitest';
import { PERMISSIONS } from '../permissions.ts';
import { createCaller } from '../procedure.ts';
import type { AccessService, Services } from '../services.ts';
import { appRouter } from './index.ts';

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { meta?: { permission?: string } } }>,
);

it('every procedure names a permission that exists', () => {
  expect(procedures.length).toBeGreaterThan(10);
  for (const [name, { _def }] of procedures)
    expect([name, PERMISSIONS]).toEqual([name, expect.arrayContaining([_def.meta?.permission])]);
});

it('every procedure refuses a caller without a session, and one without its permission, before it looks at anything', async () => {
  // Every use of a service would throw a TypeError instead.
  const services = {} as Services;
  const signal = new AbortController().signal;
  const context = {
    services,
    access: {} as AccessService,
    signal,
    mintTransfer: () => '',
    mintSignIn: async () => ({ url: '', expiresAt: '' }),
  };
  const nobody = { kind: 'session' as const, name: 'nobody', permissions: new Set<never>() };
  for (const [principal, code] of [
    [null, 'UNAUTHORIZED'],
    [nobody, 'FORBIDDEN'],
  ] as const) {
    const caller = createCaller(appRouter)({ ...context, principal });
    for (const [name] of procedures) {
      const [group = '', verb = ''] = name.split('.');
      const call = (
        caller as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
      )[group]?.[verb];
      await expect(call?.({}), name).rejects.toMatchObject({ code });
    }
  }
});
