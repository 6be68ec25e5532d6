import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { KernelError } from './errors.ts';
import { check, libc } from './libc.ts';
import {
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SCM_RIGHTS,
  SO_PEERCRED,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SUN_PATH_BYTES,
} from './numbers.ts';
import type { PeerCredentials } from './syscalls.ts';

export function socketpair(kind: 'stream' | 'seqpacket'): [number, number] {
  const fds = new Int32Array(2);
  const type = kind === 'stream' ? SOCK_STREAM : SOCK_SEQPACKET;
  check(libc.socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), 'socketpair');
  return [fds[0] as number, fds[1] as number];
}

/** Socket paths go through /proc/self/fd: ids are 64 hex digits and sun_path has room for 107 bytes. */
export function connectSocket(directory: number, name: string): number {
  const path = Buffer.from(`/proc/self/fd/${directory}/${name}`);
  const address = Buffer.alloc(2 + SUN_PATH_BYTES);
  address.writeUInt16LE(AF_UNIX);
  path.copy(address, 2);
  const fd = check(libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), 'socket');
  try {
    check(libc.connect(fd, address, address.length), 'connect', name);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

/** struct cmsghdr: size_t length, int level, int type, then the descriptors (cmsg(3)). */
const CMSG_HEADER_BYTES = 16;

function rightsMessage(descriptors: readonly number[]): Uint8Array | null {
  if (descriptors.length === 0) return null;
  const length = CMSG_HEADER_BYTES + 4 * descriptors.length;
  const bytes = Buffer.alloc((length + 7) & ~7); // CMSG_SPACE: aligned to size_t
  bytes.writeBigUInt64LE(BigInt(length), 0);
  bytes.writeInt32LE(SOL_SOCKET, 8);
  bytes.writeInt32LE(SCM_RIGHTS, 12);
  descriptors.forEach((fd, index) => {
    bytes.writeInt32LE(fd, CMSG_HEADER_BYTES + 4 * index);
  });
  return bytes;
}

export function sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): number {
  if (bytes.length === 0) throw new KernelError({ operation: 'sendmsg', errno: constants.errno.EINVAL });
  const control = rightsMessage(descriptors);
  const sent = libc.sendmsg(
    socket,
    {
      name: null,
      nameLength: 0,
      vectors: [{ base: bytes, length: bytes.length }],
      vectorCount: 1,
      control,
      controlLength: control?.length ?? 0,
      flags: 0,
    },
    MSG_DONTWAIT | MSG_NOSIGNAL,
  );
  return check(sent, 'sendmsg');
}

export function peerCredentials(socket: number): PeerCredentials {
  const value = new Int32Array(3);
  check(
    libc.getsockopt(socket, SOL_SOCKET, SO_PEERCRED, value, new Uint32Array([value.byteLength])),
    'getsockopt SO_PEERCRED',
  );
  const [pid = 0, uid = 0, gid = 0] = value;
  return { pid, uid: uid >>> 0, gid: gid >>> 0 };
}
