import { expect, it } from 'vitest';
import { looksSecret, splitVariable } from './secrets';

it('hides what is called like a secret, shows what is not', () => {
  const hidden = [
    'DB_PASSWORD',
    'apiKey',
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'SENTRY_DSN',
    'SIGNING_KEY',
  ];
  expect(hidden.filter((key) => !looksSecret(key))).toEqual([]);
  expect(['PATH', 'MODE', 'LANG', 'KEYBOARD', 'HOSTNAME'].filter(looksSecret)).toEqual([]);
});

it('splits a variable at its first equals sign', () => {
  expect(splitVariable('URL=a=b')).toEqual(['URL', 'a=b']);
  expect(splitVariable('EMPTY=')).toEqual(['EMPTY', '']);
});
