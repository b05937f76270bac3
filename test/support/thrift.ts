/** A value of Thrift's compact protocol, as the footer of a Parquet file has it. */
export type Thrift =
  | { readonly kind: 'bool' | 'int' | 'double' | 'binary'; readonly type: number; readonly bytes: Buffer }
  | { readonly kind: 'list'; readonly type: number; readonly element: number; readonly items: readonly Thrift[] }
  | {
      readonly kind: 'struct';
      readonly type: number;
      readonly fields: readonly (readonly [id: number, value: Thrift])[];
    };

/** Reads the structure at the buffer's beginning: numbers stay the bytes that they are written as. */
export function readThrift(bytes: Buffer): Thrift {
  let at = 0;
  const varint = (): Buffer => {
    const from = at;
    while (((bytes[at] as number) & 0x80) !== 0) at += 1;
    at += 1;
    return bytes.subarray(from, at);
  };
  const taken = (length: number): Buffer => bytes.subarray(at, (at += length));
  const value = (type: number): Thrift => {
    if (type === 1 || type === 2) return { kind: 'bool', type, bytes: Buffer.alloc(0) };
    if (type === 3) return { kind: 'int', type, bytes: taken(1) };
    if (type <= 6) return { kind: 'int', type, bytes: varint() };
    if (type === 7) return { kind: 'double', type, bytes: taken(8) };
    if (type === 8) return { kind: 'binary', type, bytes: taken(Number(unsigned(varint()))) };
    if (type === 9) {
      const [head = 0] = taken(1);
      const length = head >> 4 === 15 ? Number(unsigned(varint())) : head >> 4;
      const element = head & 15;
      // a boolean inside of a list is a byte of its own
      const items = Array.from({ length }, () =>
        element <= 2 ? ({ kind: 'int', type: 3, bytes: taken(1) } as const) : value(element),
      );
      return { kind: 'list', type, element, items };
    }
    const fields: (readonly [number, Thrift])[] = [];
    for (let id = 0; ; ) {
      const [head = 0] = taken(1);
      if (head === 0) return { kind: 'struct', type: 12, fields };
      id = head >> 4 === 0 ? Number(unzigzag(unsigned(varint()))) : id + (head >> 4);
      fields.push([id, value(head & 15)]);
    }
  };
  return value(12);
}

/** Them as bytes again. */
export function writeThrift(value: Thrift): Buffer {
  if (value.kind === 'binary') return Buffer.concat([varintOf(BigInt(value.bytes.length)), value.bytes]);
  if (value.kind === 'list') {
    const { length } = value.items;
    const head = Buffer.from([((length < 15 ? length : 15) << 4) | value.element]);
    const more = length < 15 ? Buffer.alloc(0) : varintOf(BigInt(length));
    return Buffer.concat([head, more, ...value.items.map(writeThrift)]);
  }
  if (value.kind !== 'struct') return value.bytes;
  let last = 0;
  const fields = value.fields.map(([id, field]) => {
    const short = id > last && id - last < 16;
    const head = short ? Buffer.from([((id - last) << 4) | field.type]) : Buffer.from([field.type]);
    last = id;
    return Buffer.concat([head, short ? Buffer.alloc(0) : varintOf(zigzag(BigInt(id))), writeThrift(field)]);
  });
  return Buffer.concat([...fields, Buffer.from([0])]);
}

/** A signed number as the protocol writes it. */
export function thriftInt(value: bigint): Buffer {
  return varintOf(zigzag(value));
}

function varintOf(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function unsigned(bytes: Buffer): bigint {
  return bytes.reduce((sum, byte, i) => sum | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

function unzigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
