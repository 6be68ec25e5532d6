/** Program header type of the path of the dynamic loader (elf(5)). */
const PT_INTERP = 3;
const HEADER_BYTES = 64;

/** True for a 64-bit little-endian ELF program that asks for no dynamic loader, so that it runs in an empty root. */
export function isStaticProgram(bytes: Buffer): boolean {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== '\x7fELF') return false;
  if (bytes[4] !== 2 || bytes[5] !== 1) return false;
  const offset = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  if (count === 0 || offset + size * count > bytes.length) return false;
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(offset + index * size) === PT_INTERP) return false;
  }
  return true;
}
