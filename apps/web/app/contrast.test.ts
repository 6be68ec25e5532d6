import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contrast, parseTokens, type Theme } from './contrast.fixtures';

const TEXT = 4.5; // WCAG 2.2, 1.4.3
const CONTROL = 3; // WCAG 2.2, 1.4.11

const tokens = parseTokens(readFileSync(join(import.meta.dirname, 'globals.css'), 'utf8'));
const SURFACES = ['canvas', 'surface', 'raised', 'field', 'tip'];
/** Fields stand on these; their own inside is `field`. */
const FIELDS_ON = ['canvas', 'surface', 'field'];
const MEANINGS = ['accent', 'good', 'busy', 'bad'];

/** Every pair that some component puts on the page: text on what lies below it. */
const TEXT_PAIRS = [
  ...SURFACES.flatMap((surface) =>
    [...['ink', 'quiet'], ...MEANINGS].map((text) => [text, surface] as const),
  ),
  ...MEANINGS.map((tone) => [tone, `${tone}-soft`] as const),
  ...MEANINGS.flatMap((tone) => (['ink', 'quiet'] as const).map((text) => [text, `${tone}-soft`] as const)),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['ink', 'selection'],
  ...Array.from({ length: 16 }, (_, index) => [`ansi-${index}`, 'surface'] as const),
] as const;

/** What says "this is a control", or how full something is. */
const CONTROL_PAIRS = [
  ...FIELDS_ON.flatMap((surface) => [['edge', surface] as const, ['edge-hover', surface] as const]),
  ...MEANINGS.map((tone) => [tone, 'track'] as const),
] as const;

describe.each<Theme>(['light', 'dark'])('%s theme', (theme) => {
  test.each(TEXT_PAIRS)('%s can be read on %s', (text, surface) => {
    expect(contrast(tokens, theme, [text, surface])).toBeGreaterThanOrEqual(TEXT);
  });
  test.each(CONTROL_PAIRS)('%s can be told from %s', (edge, surface) => {
    expect(contrast(tokens, theme, [edge, surface])).toBeGreaterThanOrEqual(CONTROL);
  });
});

test('black on white is 21:1, so the arithmetic is right', () => {
  const pair = parseTokens(
    '--paper: light-dark(oklch(1 0 0), oklch(0 0 0)); --letters: light-dark(oklch(0 0 0), oklch(1 0 0))',
  );
  expect(contrast(pair, 'light', ['letters', 'paper'])).toBeCloseTo(21, 1);
  expect(contrast(pair, 'dark', ['letters', 'paper'])).toBeCloseTo(21, 1);
});
