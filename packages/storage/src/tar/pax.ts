/**
 * Extended headers of pax archives (POSIX.1-2017 pax(1), "pax Extended Header"): records `<length> <key>=<value>\n`, the length
 * counting the whole record. `x` is for the next entry, `g` for all that follow. Pure.
 */
import { damaged, printable } from './failure.ts';
import { MAX_ID } from './header.ts';

export type PaxRecord = readonly [key: string, value: Buffer];

/** Records in the order stored (GNU.sparse.offset repeats). Throws BoxError DAMAGED. */
export function parsePaxRecords(bytes: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    // Some writers pad the header with NULs beyond the last record.
    if (bytes[at] === 0) break;
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? '' : bytes.toString('latin1', at, space);
    const length = /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space + 1);
    if (length === 0 || end > bytes.length || equals === -1 || equals >= end || bytes[end - 1] !== 0x0a) {
      throw damaged('a pax header is malformed');
    }
    records.push([
      bytes.toString('utf8', space + 1, equals),
      Buffer.from(bytes.subarray(equals + 1, end - 1)),
    ]);
    at = end;
  }
  return records;
}

/** One pax record as bytes; its length counts itself. */
export function formatPaxRecord(key: string, value: Uint8Array | string): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from('\n')]);
  let length = body.length + String(body.length).length;
  if (String(length).length !== String(body.length).length) length = body.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

export interface Timestamp {
  /** Unix seconds, rounded down. */
  seconds: number;
  /** 0 to 999,999,999, always forward. */
  nanoseconds: number;
}

/** `1700000000.123456789`, any number of decimals, negative before 1970. Finer than a nanosecond is cut off. */
export function parsePaxTime(value: Buffer): Timestamp {
  const match = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(value.toString('latin1'));
  if (!match) throw damaged(`a pax header holds a malformed time '${printable(value)}'`);
  const whole = Number(match[2]);
  const nanoseconds = Number((match[3] ?? '').padEnd(9, '0').slice(0, 9));
  if (match[1] === '') return { seconds: whole, nanoseconds };
  if (nanoseconds === 0) return { seconds: 0 - whole, nanoseconds };
  return { seconds: -whole - 1, nanoseconds: 1_000_000_000 - nanoseconds };
}

export function formatPaxTime({ seconds, nanoseconds }: Timestamp): string {
  if (nanoseconds === 0) return String(seconds);
  if (seconds >= 0) return `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
  const whole = -seconds - 1;
  return `-${whole}.${String(1_000_000_000 - nanoseconds).padStart(9, '0')}`;
}

/** A decimal number from 0 to 2^53 - 1. */
export function parsePaxNumber(key: string, value: Buffer): number {
  const text = value.toString('latin1');
  const number = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(number)) {
    throw damaged(`a pax header holds a malformed ${key} '${printable(value)}'`);
  }
  return number;
}

export function parsePaxId(key: string, value: Buffer): number {
  const id = parsePaxNumber(key, value);
  if (id > MAX_ID) throw damaged(`a pax header holds a ${key} out of range (${id})`);
  return id;
}
