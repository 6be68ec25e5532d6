/** Messages of rtnetlink(7), encoded; whoever runs in the right network namespace sends them (the plan's `netlink` operation). */
const HEADER_BYTES = 16;
const IFINFOMSG_BYTES = 16;
const RTM_NEWLINK = 16;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const IFF_UP = 1;
/** The first interface of every network namespace (net/core/dev.c). */
export const LOOPBACK_INDEX = 1;

/** RTM_NEWLINK that switches an interface on. Asks for an acknowledgement under `sequence`. */
export function encodeLinkUp(index: number, sequence: number): Uint8Array {
  const message = Buffer.alloc(HEADER_BYTES + IFINFOMSG_BYTES);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(RTM_NEWLINK, 4);
  message.writeUInt16LE(NLM_F_REQUEST | NLM_F_ACK, 6);
  message.writeUInt32LE(sequence, 8);
  message.writeInt32LE(index, HEADER_BYTES + 4);
  message.writeUInt32LE(IFF_UP, HEADER_BYTES + 8); // flags
  message.writeUInt32LE(IFF_UP, HEADER_BYTES + 12); // change: which of them
  return message;
}
