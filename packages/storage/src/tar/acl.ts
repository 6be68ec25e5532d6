/**
 * Access control lists as star, GNU tar and bsdtar store them: text in `SCHILY.acl.access` and `SCHILY.acl.default` (acl(5), "ACL TEXT
 * FORMS"; star and bsdtar add the numeric id as a fourth field). The kernel takes them as the value of an extended attribute
 * (linux/posix_acl_xattr.h). Pure.
 */
import { damaged } from './failure.ts';
import { MAX_ID } from './header.ts';

const POSIX_ACL_XATTR_VERSION = 2;
const ACL_UNDEFINED_ID = 0xffff_ffff;
/** Tags of an entry with a name and of one without (linux/posix_acl.h). */
const TAGS: Readonly<Record<string, readonly [named: number, unnamed: number]>> = {
  user: [0x02, 0x01],
  group: [0x08, 0x04],
  mask: [0x10, 0x10],
  other: [0x20, 0x20],
};
const SHORT: Readonly<Record<string, string>> = { u: 'user', g: 'group', m: 'mask', o: 'other' };
const HEADER_BYTES = 4;
const ENTRY_BYTES = 8;

interface AclEntry {
  tag: number;
  permissions: number;
  id: number;
}

/**
 * The value of `system.posix_acl_access` or `system.posix_acl_default`. Undefined when it names users or groups without their numbers:
 * those of the host that packed it are not those of the box. Throws BoxError DAMAGED for what is no list.
 */
export function parseAcl(text: Buffer): Buffer | undefined {
  const entries: AclEntry[] = [];
  for (const line of text.toString('utf8').split(/[,\n]/)) {
    const entry = line.replace(/#.*/s, '').trim();
    if (entry === '') continue;
    const parsed = parseEntry(entry);
    if (!parsed) return undefined;
    entries.push(parsed);
  }
  entries.sort((a, b) => a.tag - b.tag || a.id - b.id);
  const value = Buffer.alloc(HEADER_BYTES + entries.length * ENTRY_BYTES);
  value.writeUInt32LE(POSIX_ACL_XATTR_VERSION);
  entries.forEach(({ tag, permissions, id }, index) => {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    value.writeUInt16LE(tag, at);
    value.writeUInt16LE(permissions, at + 2);
    value.writeUInt32LE(id, at + 4);
  });
  return value;
}

function parseEntry(entry: string): AclEntry | undefined {
  const [kind = '', ...rest] = entry.split(':');
  const tags = TAGS[SHORT[kind] ?? kind];
  // `mask` and `other` may come without the empty field of a name.
  const [name = '', letters = '', number] = rest.length === 1 ? ['', ...rest] : rest;
  if (!tags || !/^[r-][w-][x-]$/.test(letters.trim())) {
    throw damaged('a pax header holds a malformed access control list');
  }
  const permissions =
    (letters.includes('r') ? 4 : 0) | (letters.includes('w') ? 2 : 0) | (letters.includes('x') ? 1 : 0);
  if (name === '' || tags[0] === tags[1]) return { tag: tags[1], permissions, id: ACL_UNDEFINED_ID };
  const digits = number ?? name;
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const id = Number(digits);
  if (id > MAX_ID) throw damaged('a pax header holds an access control list for an id out of range');
  return { tag: tags[0], permissions, id };
}
