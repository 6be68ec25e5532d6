import { expect, it } from 'vitest';
import { auditSubject } from './audit.ts';

it('a subject names what a change is about and nothing that may be a secret', () => {
  const create = { image: 'debian', name: 'web', command: ['x', 's3cret'], env: ['KEY=s3cret'], labels: {} };
  expect(auditSubject(create)).toBe('image=debian name=web');
  expect(auditSubject({ password: 's3cret', current: 's3cret' })).toBe('');
  expect(auditSubject({ container: 'web', signal: 'SIGHUP' })).toBe('container=web signal=SIGHUP');
  expect(auditSubject({ images: ['a:1', 'b:2'], format: 'oci' })).toBe('images=a:1,b:2');
  expect(auditSubject({ source: { kind: 'path', path: '/srv/x.tar' }, name: 'x' })).toBe(
    'name=x path=/srv/x.tar',
  );
  expect(auditSubject({ container: 'ab'.repeat(32) })).toBe('container=abababababab');
});

it('a subject of any input is one short line', () => {
  expect(auditSubject({ container: `a\n\u001b[2Jb\u2028${'c'.repeat(1000)}` })).toMatch(
    /^container=a\?\?\[2Jb\?c{1,128}$/,
  );
  for (const input of [
    undefined,
    null,
    'text',
    7,
    [],
    { container: { toString: 1 } },
    Object.create({ name: 'x' }),
  ])
    expect(auditSubject(input)).toBe('');
});
