import { expect, it } from 'vitest';
import { familiarReference, normalizeReference, parseImageReference, parseReference } from './image.ts';

it.each([
  ['busybox', 'busybox:latest'],
  ['busybox:1.36', 'busybox:1.36'],
  ['team/app', 'team/app:latest'],
  ['localhost:5000/app:v1', 'localhost:5000/app:v1'],
  ['registry.example.org/a/b__c/d.e-f:X_1', 'registry.example.org/a/b__c/d.e-f:X_1'],
])('reads %s as %s', (text, normal) => {
  expect(normalizeReference(text)).toBe(normal);
});

it.each([
  '',
  ':tag',
  'UPPER',
  'a//b',
  'a:',
  'a:b:c',
  '../x',
  'a b',
  '-x',
  'x-',
  'a:.tag',
  `a:${'x'.repeat(129)}`,
  'a'.repeat(256),
])('refuses %s', (text) => {
  expect(parseReference(text)).toBeUndefined();
});

const DIGEST = `sha256:${'0a'.repeat(32)}`;

it.each([
  ['nginx', { registry: 'docker.io', repository: 'library/nginx', tag: 'latest' }, 'nginx:latest'],
  ['docker.io/nginx:1', { registry: 'docker.io', repository: 'library/nginx', tag: '1' }, 'nginx:1'],
  [
    'index.docker.io/library/nginx',
    { registry: 'docker.io', repository: 'library/nginx', tag: 'latest' },
    'nginx:latest',
  ],
  ['team/app', { registry: 'docker.io', repository: 'team/app', tag: 'latest' }, 'team/app:latest'],
  ['ghcr.io/team/app:v1', { registry: 'ghcr.io', repository: 'team/app', tag: 'v1' }, 'ghcr.io/team/app:v1'],
  ['[::1]:5000/app', { registry: '[::1]:5000', repository: 'app', tag: 'latest' }, '[::1]:5000/app:latest'],
  [
    `debian@${DIGEST}`,
    { registry: 'docker.io', repository: 'library/debian', digest: DIGEST },
    `debian@${DIGEST}`,
  ],
  [
    `debian:12@${DIGEST}`,
    { registry: 'docker.io', repository: 'library/debian', tag: '12', digest: DIGEST },
    `debian:12@${DIGEST}`,
  ],
])('fills in %s, and shows it as people know it', (text, full, familiar) => {
  const reference = parseImageReference(text);
  expect(reference).toEqual(full);
  expect(reference && familiarReference(reference)).toBe(familiar);
});

it.each(['a@sha256:12', 'a@', `a@md5:${'0'.repeat(64)}`, 'a:b@', '[::1/app', 'a.b:99x/app'])(
  'refuses the reference %s',
  (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  },
);
