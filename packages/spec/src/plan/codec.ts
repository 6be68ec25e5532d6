import { OPERATIONS, type OperationName, PLAN_MAGIC, PLAN_VERSION } from './operations.ts';

/** One operation with its arguments in the order of the table: strings, byte arrays, numbers (`u32`, `i32`) and numbers or bigints (`u64`). */
export type PlanArgument = string | Uint8Array | number | bigint;
export interface PlanOperation {
  readonly name: OperationName;
  readonly args: readonly PlanArgument[];
}
export type Plan = readonly PlanOperation[];

const utf8 = new TextEncoder();

/** `op('hostname', 'web')`: an operation, its arguments checked against the table when it is encoded. */
export function op(name: OperationName, ...args: PlanArgument[]): PlanOperation {
  return { name, args };
}

/** The plan as bytes, header first and `end` last. Throws TypeError when an argument does not fit the table. */
export function encodePlan(plan: Plan): Uint8Array {
  return concatenate([encodePlanHeader(), ...plan.map(encodeOperation), encodeOperation(op('end'))]);
}

export function encodePlanHeader(): Uint8Array {
  const header = new Uint8Array(8);
  header.set(utf8.encode(PLAN_MAGIC));
  new DataView(header.buffer).setUint16(4, PLAN_VERSION, true);
  return header;
}

/** One operation as bytes, for senders that stream (unpack mode). */
export function encodeOperation({ name, args }: PlanOperation): Uint8Array {
  const shape = OPERATIONS[name];
  const rest = shape.args.at(-1)?.[1] === '...str';
  const fixed = rest ? shape.args.length - 1 : shape.args.length;
  if (rest ? args.length < fixed : args.length !== fixed) {
    throw new TypeError(
      `plan operation ${name} takes ${fixed}${rest ? ' or more' : ''} arguments, not ${args.length}`,
    );
  }
  const encoded = args.map((value, index) => {
    const [argName, type] =
      index < fixed ? (shape.args[index] as (typeof shape.args)[number]) : ['rest', '...str' as const];
    return encodeArgument(value, type, `${name}.${argName}`);
  });
  const bytes = new Uint8Array(4 + encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, shape.code, true);
  view.setUint16(2, args.length, true);
  let at = 4;
  for (const part of encoded) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

function encodeArgument(value: PlanArgument, type: string, where: string): Uint8Array {
  switch (type) {
    case 'str':
    case '...str': {
      const bytes = typeof value === 'string' ? utf8.encode(value) : value;
      if (!(bytes instanceof Uint8Array)) throw new TypeError(`${where} takes a string`);
      if (bytes.includes(0)) throw new TypeError(`${where} holds a NUL byte`);
      return bytes;
    }
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw new TypeError(`${where} takes bytes`);
      return value;
    case 'u32':
    case 'i32': {
      const [low, high] = type === 'u32' ? [0, 0xffff_ffff] : [-0x8000_0000, 0x7fff_ffff];
      if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
        throw new TypeError(`${where} takes a ${type}, not ${value}`);
      }
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
      return bytes;
    }
    default: {
      if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isSafeInteger(value))) {
        throw new TypeError(`${where} takes a u64, not ${value}`);
      }
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
      return bytes;
    }
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
