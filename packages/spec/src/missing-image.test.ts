import { expect, test } from 'vitest';
import { BoxError } from './errors.ts';
import { isMissingImage } from './missing-image.ts';

const missing = (reference: string) =>
  new BoxError('NOT_FOUND', `there is no image '${reference}'`, { details: { reference } });

test('an image that is missing may be pulled when a registry can know its name', () => {
  expect(isMissingImage(missing('nginx'), 'nginx')).toBe(true);
  expect(isMissingImage(BoxError.from(missing('nginx').toJSON()), 'nginx')).toBe(true);
  expect(isMissingImage(missing('No/Name'), 'No/Name')).toBe(false);
  expect(isMissingImage(missing('/some/file'), 'nginx')).toBe(false);
  expect(isMissingImage(new BoxError('IN_USE', 'no', { details: { reference: 'nginx' } }), 'nginx')).toBe(
    false,
  );
});
