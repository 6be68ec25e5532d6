import { expect, test } from 'vitest';
import { makeName } from './names.ts';
import { resolveContainer } from './references.ts';

function listOf(...containers: { id: string; name: string }[]) {
  return {
    byId: (id: string) => containers.find((container) => container.id === id),
    byName: (name: string) => containers.find((container) => container.name === name),
    values: () => containers,
  };
}
const web = { id: `abc1${'0'.repeat(60)}`, name: 'web' };
const data = { id: `abc2${'0'.repeat(60)}`, name: 'database' };
const all = listOf(web, data);

test('a name, a full id and a unique prefix find the same container', () => {
  for (const reference of ['web', web.id, 'abc1', 'abc10000']) {
    expect(resolveContainer(reference, all)).toBe(web);
  }
});

test('a name wins over an id that starts like it', () => {
  const named = { id: 'f'.repeat(64), name: 'abc1' };
  expect(resolveContainer('abc1', listOf(web, named))).toBe(named);
});

test('an ambiguous prefix names the candidates', () => {
  expect(() => resolveContainer('abc', all)).toThrow(
    expect.objectContaining({
      code: 'AMBIGUOUS',
      hint: 'type more of it: abc100000000 (web), abc200000000 (database)',
    }),
  );
});

test('an unknown name suggests the nearest', () => {
  expect(() => resolveContainer('databsae', all)).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', hint: 'did you mean "database"?' }),
  );
});

test('made names are readable, and a crowded host gets a number', () => {
  expect(makeName(() => false)).toMatch(/^[a-z]+-[a-z]+$/);
  expect(makeName((name) => !/\d/.test(name))).toMatch(/^[a-z]+-[a-z]+-\d+$/);
});
