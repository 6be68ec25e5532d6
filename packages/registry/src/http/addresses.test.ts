import { expect, it } from 'vitest';
import { isOwnAddress } from './addresses.ts';

it.each([
  '127.0.0.1',
  '127.255.0.3',
  '0.0.0.0',
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '::1',
  '::',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
])('%s is of this host or its cloud', (address) => {
  expect(isOwnAddress(address)).toBe(true);
});

it.each(['10.0.0.1', '192.168.1.1', '8.8.8.8', '2001:db8::1', 'fd00::1', 'example.org'])(
  '%s is not',
  (address) => {
    expect(isOwnAddress(address)).toBe(false);
  },
);
