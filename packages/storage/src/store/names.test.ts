import { expect, it } from 'vitest';
import { withoutName } from './names.ts';

const DIGEST = `@sha256:${'0a'.repeat(32)}`;

it('the digest of a repository goes with its last tag, others stay', () => {
  const names = { tags: ['a:1', 'a:2', 'b:1'], digests: [`a${DIGEST}`, `b${DIGEST}`] };
  const once = withoutName(names, 'a:1');
  expect(once).toEqual({ tags: ['a:2', 'b:1'], digests: [`a${DIGEST}`, `b${DIGEST}`] });
  expect(withoutName(once, 'a:2')).toEqual({ tags: ['b:1'], digests: [`b${DIGEST}`] });
});

it('with the last tag go the digests of registries it was pushed to', () => {
  expect(withoutName({ tags: ['a:1'], digests: [`registry.example/a${DIGEST}`] }, 'a:1')).toEqual({
    tags: [],
    digests: [],
  });
});

it('what was pulled by digest alone is named by it until that is removed', () => {
  const names = { tags: [], digests: [`a${DIGEST}`, `b${DIGEST}`] };
  expect(withoutName(names, `a${DIGEST}`)).toEqual({ tags: [], digests: [`b${DIGEST}`] });
});
