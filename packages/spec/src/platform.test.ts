import { expect, it } from 'vitest';
import { formatPlatform, parsePlatform, platformFit } from './platform.ts';

it.each([
  ['linux/amd64', 'linux/amd64'],
  ['x86_64', 'linux/amd64'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm/v7', 'linux/arm/v7'],
])('reads %s as %s', (text, normal) => {
  expect(formatPlatform(parsePlatform(text))).toBe(normal);
});

it.each(['', 'linux/', 'a/b/c/d', 'linux/amd64 ', '../x'])('refuses %j', (text) => {
  expect(() => parsePlatform(text)).toThrow('no platform');
});

it('an older variant runs on a newer machine, a newer one not on an older; the nearest is best', () => {
  const arm = (variant?: string) => parsePlatform(`linux/arm${variant ? `/${variant}` : ''}`);
  expect(platformFit(arm('v7'), arm('v6'))).toBeGreaterThan(0);
  expect(platformFit(arm('v6'), arm('v7'))).toBe(0);
  expect(platformFit(arm('v7'), arm('v7'))).toBeGreaterThan(platformFit(arm('v7'), arm('v6')));
  expect(platformFit(arm(), arm('v7'))).toBeGreaterThan(0);
  expect(platformFit(parsePlatform('linux/arm64'), parsePlatform('linux/arm64/v8'))).toBeGreaterThan(0);
  expect(platformFit(parsePlatform('linux/amd64'), parsePlatform('linux/amd64/v3'))).toBe(0);
  expect(platformFit(parsePlatform('linux/amd64'), parsePlatform('linux/arm64'))).toBe(0);
});
