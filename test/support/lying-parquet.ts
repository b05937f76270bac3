import { readThrift, type Thrift, thriftInt, writeThrift } from './thrift.ts';

/** A Parquet file whose footer says something else than is so, or nothing. */
export interface LyingFile {
  /** What it says, by the fields' numbers: `.4[0].1[3].3.6 is missing`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** What no count, length or offset is. */
const wrongNumbers = [-1n, 0n, 1n, 2n ** 31n - 1n, 2n ** 40n, 2n ** 62n, -(2n ** 62n)];

/** A sound file with one lie in its footer each: a number that is another one, a field or an item that is missing, a list that is there twice. */
export function lyingFiles(sound: Buffer): readonly LyingFile[] {
  const length = sound.readUInt32LE(sound.length - 8);
  const start = sound.length - 8 - length;
  const lies: { readonly name: string; readonly footer: Thrift }[] = [];
  const lie = (value: Thrift, path: string, put: (value: Thrift) => Thrift): void => {
    const say = (what: string, other: Thrift): void => void lies.push({ name: `${path} ${what}`, footer: put(other) });
    switch (value.kind) {
      case 'int':
        if (value.type > 3) for (const n of wrongNumbers) say(`is ${n}`, { ...value, bytes: thriftInt(n) });
        return;
      case 'binary':
        say('is empty', { ...value, bytes: Buffer.alloc(0) });
        say('is no text', { ...value, bytes: Buffer.from('\0\xff', 'latin1') });
        return;
      case 'list':
        say('has no items', { ...value, items: [] });
        say('is there twice', { ...value, items: [...value.items, ...value.items] });
        value.items.forEach((item, i) => {
          lie(item, `${path}[${i}]`, (other) => put({ ...value, items: value.items.with(i, other) }));
        });
        return;
      case 'struct':
        value.fields.forEach(([id, field], i) => {
          lies.push({
            name: `${path}.${id} is missing`,
            footer: put({ ...value, fields: value.fields.toSpliced(i, 1) }),
          });
          lie(field, `${path}.${id}`, (other) => put({ ...value, fields: value.fields.with(i, [id, other]) }));
        });
        return;
      case 'bool':
      case 'double':
    }
  };
  const footer = readThrift(sound.subarray(start, start + length));
  lie(footer, '', (other) => other);
  return lies.map(({ name, footer: told }) => {
    const written = writeThrift(told);
    const end = Buffer.alloc(4);
    end.writeUInt32LE(written.length);
    return { name, bytes: Buffer.concat([sound.subarray(0, start), written, end, Buffer.from('PAR1')]) };
  });
}
