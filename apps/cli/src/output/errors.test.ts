import { expect, it } from 'vitest';
import { forEach } from './errors.ts';

it('does the same to a thousand names, few at a time, and prints them in their order', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `box-${index}`);
  const printed: string[] = [];
  let running = 0;
  let most = 0;
  const act = async (name: string) => {
    running++;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return name;
  };
  expect(await forEach(names, act, (line) => printed.push(line))).toBe(0);
  expect(printed).toEqual(names);
  expect(most).toBeLessThanOrEqual(128);
});
