import { BoxError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Every capability of Linux 6.x, at the position that is its bit (include/uapi/linux/capability.h). */
export const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

const BITS: ReadonlyMap<string, number> = new Map(CAPABILITIES.map((name, bit) => [name, bit]));

/**
 * One name as `--cap-add` takes it, any case, CAP_ optional: `net_admin` → `CAP_NET_ADMIN`. `ALL` stays `ALL`.
 * @throws BoxError INVALID_ARGUMENT with the nearest name
 */
export function parseCapability(text: string): Capability | 'ALL' {
  const word = text.toUpperCase();
  if (word === 'ALL') return 'ALL';
  const name = word.startsWith('CAP_') ? word : `CAP_${word}`;
  if (BITS.has(name)) return name as Capability;
  const near = nearest(
    name.slice('CAP_'.length),
    [...BITS.keys()].map((known) => known.slice('CAP_'.length)),
  );
  throw new BoxError('INVALID_ARGUMENT', `"${text}" is no capability`, {
    hint: near ? `did you mean ${near}?` : 'capabilities(7) lists them, for example NET_ADMIN; ALL means all',
  });
}

/**
 * `base` changed by `--cap-add` and `--cap-drop` as Docker does it (moby, TweakCapabilities): with `--cap-add ALL` all but the dropped;
 * else `base` (nothing after `--cap-drop ALL`) without the dropped, then the added, which win.
 */
export function mergeCapabilities(
  base: readonly string[],
  add: readonly string[],
  drop: readonly string[],
): Capability[] {
  const added = add.map(parseCapability);
  const dropped = drop.map(parseCapability);
  const all = added.includes('ALL');
  const wanted = new Set<string>(all ? CAPABILITIES : dropped.includes('ALL') ? [] : base);
  for (const name of dropped) wanted.delete(name);
  if (!all) for (const name of added) wanted.add(name);
  return CAPABILITIES.filter((name) => wanted.has(name));
}

/** Names → the mask that capset(2) takes. Throws BoxError INVALID_ARGUMENT for an unknown name. */
export function capabilityMask(names: Iterable<string>): bigint {
  let mask = 0n;
  for (const name of names) {
    const known = parseCapability(name);
    mask |= known === 'ALL' ? ALL_CAPABILITIES : 1n << BigInt(BITS.get(known) as number);
  }
  return mask;
}

/** The names in a mask; bits without a name are left out. */
export function capabilityNames(mask: bigint): Capability[] {
  return CAPABILITIES.filter((_, bit) => (mask >> BigInt(bit)) & 1n);
}

export const ALL_CAPABILITIES = (1n << BigInt(CAPABILITIES.length)) - 1n;
