import { expect, it } from 'vitest';
import { normalizeReference, parseReference } from './image.ts';

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
