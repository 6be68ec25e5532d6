import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MS_PRIVATE,
  MS_SHARED,
  MS_SLAVE,
} from '@boxyard/kernel';
import {
  ALL_CAPABILITIES,
  capabilityNames,
  NO_DESCRIPTOR,
  OPERATIONS,
  type Plan,
  type PlanArgument,
  type PlanOperation,
  RLIM_INFINITY,
  rlimitName,
} from '@boxyard/spec';

const NAMESPACES: readonly [bit: number, name: string][] = [
  [CLONE_NEWUSER, 'user'],
  [CLONE_NEWNS, 'mount'],
  [CLONE_NEWPID, 'pid'],
  [CLONE_NEWNET, 'network'],
  [CLONE_NEWIPC, 'ipc'],
  [CLONE_NEWUTS, 'uts'],
  [CLONE_NEWCGROUP, 'cgroup'],
  [CLONE_NEWTIME, 'time'],
];
const MOUNT_ATTRIBUTES: readonly [bit: number, name: string][] = [
  [MOUNT_ATTR_RDONLY, 'ro'],
  [MOUNT_ATTR_NOSUID, 'nosuid'],
  [MOUNT_ATTR_NODEV, 'nodev'],
  [MOUNT_ATTR_NOEXEC, 'noexec'],
];
const PROPAGATIONS: readonly [bit: number, name: string][] = [
  [MS_PRIVATE, 'private'],
  [MS_SLAVE, 'slave'],
  [MS_SHARED, 'shared'],
];

const names = (mask: PlanArgument | undefined, table: readonly [number, string][]): string =>
  table
    .filter(([bit]) => (Number(mask) & bit) !== 0)
    .map(([, name]) => name)
    .join(',');

const quote = (value: PlanArgument | undefined): string => {
  const text = String(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(text);
};

const octal = (value: PlanArgument | undefined): string => `0${(Number(value) & 0o7777).toString(8)}`;
const capabilities = (mask: PlanArgument | undefined): string => {
  const bits = BigInt(mask as number | bigint);
  if (bits === ALL_CAPABILITIES) return 'all';
  return capabilityNames(bits).join(',') || 'none';
};
const limit = (value: PlanArgument | undefined): string =>
  BigInt(value as number | bigint) === RLIM_INFINITY ? 'unlimited' : String(value);
const descriptor = (value: PlanArgument | undefined): string =>
  value === NO_DESCRIPTOR ? 'none' : `descriptor ${value}`;

type Describe = (args: readonly PlanArgument[]) => string;

/** Operations whose numbers mean something; the others show their arguments by the names of the table. */
const WORDS: Partial<Record<PlanOperation['name'], Describe>> = {
  slotTree: ([slot, path, recursive]) =>
    `slot ${slot} = ${quote(path)}${recursive ? ' with mounts below' : ''}`,
  slotFd: ([slot, fd]) => `slot ${slot} = ${descriptor(fd)}`,
  slotReceive: ([slot, fd]) => `slot ${slot} = what arrives on ${descriptor(fd)}`,
  join: ([fd, mask]) => `${descriptor(fd)}: ${names(mask, NAMESPACES)}`,
  clone: ([mask, cgroup, sibling]) =>
    `new ${names(mask, NAMESPACES) || 'process'}; cgroup ${descriptor(cgroup)}${sibling ? '; child of the supervisor' : ''}`,
  root: ([slot]) => `slot ${slot}`,
  mountFs: ([target, type, attributes, ...options]) =>
    `${type} at ${quote(target)}${paren([names(attributes, MOUNT_ATTRIBUTES), ...options.map(String)])}`,
  mountSlot: ([slot, target, set, clear, propagation, recursive]) =>
    `slot ${slot} at ${quote(target)}${paren([
      names(set, MOUNT_ATTRIBUTES),
      names(clear, MOUNT_ATTRIBUTES) && `not ${names(clear, MOUNT_ATTRIBUTES)}`,
      `${recursive ? 'r' : ''}${names(propagation, PROPAGATIONS)}`,
    ])}`,
  mkdir: ([path, mode, uid, gid]) => `${quote(path)} mode ${octal(mode)} owner ${uid}:${gid}`,
  symlink: ([target, path]) => `${quote(path)} -> ${quote(target)}`,
  mknod: ([path, mode, major, minor]) => `${quote(path)} ${major}:${minor} mode ${octal(mode)}`,
  sysctl: ([key, value]) => `${key} = ${value}`,
  netlink: ([messages]) => describeMessages(messages as Uint8Array),
  rlimit: ([resource, soft, hard]) => `${rlimitName(Number(resource))} ${limit(soft)}:${limit(hard)}`,
  umask: ([mode]) => octal(mode),
  capBounding: ([mask]) => capabilities(mask),
  capabilities: ([effective, permitted, inheritable, ambient]) =>
    `effective ${capabilities(effective)}; permitted ${effective === permitted ? 'the same' : capabilities(permitted)}; ` +
    `inheritable ${capabilities(inheritable)}; ambient ${capabilities(ambient)}`,
  resolveUser: ([user, ...groups]) => `${quote(user || '0')}${paren(groups.map(String))}`,
  environment: ([home, ...variables]) =>
    [...(home ? ['HOME of the user'] : []), ...variables.map(quote)].join(' '),
  workdir: ([path, create]) => `${quote(path)}${create ? ', made when missing' : ''}`,
  exec: (args) => args.map(quote).join(' '),
};

function paren(parts: readonly string[]): string {
  const given = parts.filter(Boolean);
  return given.length === 0 ? '' : ` (${given.join(', ')})`;
}

const MESSAGE_TYPES: Record<number, string> = { 16: 'RTM_NEWLINK', 20: 'RTM_NEWADDR', 24: 'RTM_NEWROUTE' };

function describeMessages(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const types: string[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += Math.max(16, (view.getUint32(at, true) + 3) & ~3)) {
    const type = view.getUint16(at + 4, true);
    const interfaceIndex = type === 16 ? ` interface ${view.getInt32(at + 20, true)}` : '';
    types.push(`${MESSAGE_TYPES[type] ?? `message ${type}`}${interfaceIndex}`);
  }
  return types.join(', ');
}

/** The arguments with the names of the table: `id=ab12 runDirectory=5`. */
function plainArguments({ name, args }: PlanOperation): string {
  return OPERATIONS[name].args
    .map(([argument, type], index) => {
      const values = type === '...str' ? args.slice(index) : args.slice(index, index + 1);
      const shown = values.map((value) =>
        value instanceof Uint8Array ? `${value.length} bytes` : quote(value),
      );
      return `${argument}=${shown.join(' ')}`;
    })
    .join(' ');
}

/** A plan for people: one operation a line, `stage name what`, for `box inspect --plan` and `--debug`. */
export function describePlan(plan: Plan): string[] {
  return plan.map((operation) => {
    const words = WORDS[operation.name]?.(operation.args) ?? plainArguments(operation);
    return `${OPERATIONS[operation.name].stage.padEnd(4)} ${operation.name.padEnd(15)} ${words}`.trimEnd();
  });
}
