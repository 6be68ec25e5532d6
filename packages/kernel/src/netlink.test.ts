import { expect, test } from 'vitest';
import { encodeLinkUp, LOOPBACK_INDEX } from './netlink.ts';

test('switching the loopback on is the message that `ip link set lo up` sends', () => {
  // strace -e sendmsg -e write=all busybox ip link set lo up, without its tail of empty attributes; sequence 1.
  expect(Buffer.from(encodeLinkUp(LOOPBACK_INDEX, 1)).toString('hex')).toBe(
    '20000000' +
      '1000' +
      '0500' +
      '01000000' +
      '00000000' +
      '00000000' +
      '01000000' +
      '01000000' +
      '01000000',
  );
});
