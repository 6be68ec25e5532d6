import { expect, it } from 'vitest';
import { parseAcl } from './acl.ts';

const acl = (text: string) => parseAcl(Buffer.from(text))?.toString('hex');

/** What `setfacl -m u:1234:rw,g:77:r` on a file of mode 0640 stores in system.posix_acl_access. */
const KERNEL =
  '0200000001000600ffffffff02000600d204000004000400ffffffff080004004d00000010000600ffffffff20000000ffffffff';

it.each([
  ['GNU tar with numbers', 'user::rw-\nuser:1234:rw-\ngroup::r--\ngroup:77:r--\nmask::rw-\nother::---\n'],
  [
    'star and bsdtar with names and numbers',
    'user::rw-,group::r--,other::---,user:lisa:rw-:1234,group:staff:r--:77,mask::rw-',
  ],
  [
    'short words, comments and no empty name',
    'u::rw-,u:1234:rw-,g::r--,g:77:r-- #effective:r--\nm:rw-,o:---',
  ],
])('a list as %s becomes what the kernel keeps', (_, text) => {
  expect(acl(text)).toBe(KERNEL);
});

it('a list with names alone cannot be kept', () => {
  expect(acl('user::rw-,user:lisa:rw-,group::r--,mask::rw-,other::---')).toBeUndefined();
});

it.each(['nobody::rwx', 'user::rwxx', 'user', 'user:1:rw-:4294967295', 'mask::\u0000'])(
  '%j is refused',
  (text) => {
    expect(() => acl(text)).toThrow(/access control list/);
  },
);
