import { expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

const bearer = (parameters: Record<string, string>) => ({ scheme: 'bearer', parameters });

it.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
    [
      bearer({
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        scope: 'repository:library/nginx:pull',
      }),
    ],
  ],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  ['BASIC Realm = "a \\"quoted\\" b"', [{ scheme: 'basic', parameters: { realm: 'a "quoted" b' } }]],
  [
    'Negotiate YII=, Basic realm=x',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'x' } },
    ],
  ],
  [
    ', ,Bearer a=1 , b="2,3" , , Basic c=4',
    [bearer({ a: '1', b: '2,3' }), { scheme: 'basic', parameters: { c: '4' } }],
  ],
  ['Bearer a=1, a=2', [bearer({ a: '1' })]],
  ['Bearer realm="never ends', [bearer({}), { scheme: 'realm', parameters: {} }]],
  ['', []],
  ['"', []],
])('reads %j', (field, challenges) => {
  expect(parseChallenges(field)).toEqual(challenges);
});

it('is quick with a field that was made to be slow', () => {
  for (const text of [`Bearer a="${'\\'.repeat(16_000)}`, 'a '.repeat(8_000), 'a=,'.repeat(5_000)]) {
    const before = performance.now();
    parseChallenges(text);
    expect(performance.now() - before).toBeLessThan(500);
  }
});
