import { corrupt } from '../faults.ts';
import type { Field, List, Pairs } from '../schema.ts';
import type { LeafCursor } from './leaf-cursor.ts';
import { writeJsonString } from '../texts/json-text.ts';

/** JSON that grows. */
export interface JsonText {
  bytes: Buffer;
  used: number;
}

/** Writes the next value of a field as JSON, and takes it from the leaves. */
export function writeJson(json: JsonText, field: Field, leaves: readonly LeafCursor[]): void {
  const { content } = field;
  if (isNull(field, leaves)) {
    skip(field, leaves);
    return ascii(json, 'null');
  }
  switch (content.kind) {
    case 'leaf': {
      const leaf = leaves[content.index] as LeafCursor;
      const { text, start, end } = leaf.value();
      room(json, end - start);
      json.used += text.copy(json.bytes, json.used, start, end);
      return leaf.advance();
    }
    case 'struct':
      return writeStruct(json, content.fields, leaves);
    case 'list':
      return writeList(json, field, content, leaves);
    case 'map':
      return writePairs(json, field, content, leaves);
  }
}

/** Whether the next value of a field is NULL. */
export function isNull({ present, from }: Field, leaves: readonly LeafCursor[]): boolean {
  return (leaves[from] as LeafCursor).definition < present;
}

/** Takes what stands for one NULL or one empty list. */
export function skip({ from, until }: Field, leaves: readonly LeafCursor[]): void {
  for (let i = from; i < until; i += 1) (leaves[i] as LeafCursor).advance();
}

function writeStruct(json: JsonText, fields: readonly Field[], leaves: readonly LeafCursor[]): void {
  let before = '{';
  for (const field of fields) {
    ascii(json, before);
    const name = Buffer.from(field.name);
    room(json, 6 * name.length + 2);
    json.used = writeJsonString(name, 0, name.length, json.bytes, json.used);
    ascii(json, ': ');
    writeJson(json, field, leaves);
    before = ', ';
  }
  ascii(json, '}');
}

function writeList(
  json: JsonText,
  field: Field,
  { filled, again, element }: List,
  leaves: readonly LeafCursor[],
): void {
  elements(json, { brackets: '[]', field, filled, again }, leaves, () => writeJson(json, element, leaves));
}

function writePairs(
  json: JsonText,
  field: Field,
  { filled, again, key, value }: Pairs,
  leaves: readonly LeafCursor[],
): void {
  elements(json, { brackets: '{}', field, filled, again }, leaves, () => {
    const start = json.used;
    writeJson(json, key, leaves);
    if (json.bytes[start] !== 0x22) {
      room(json, 2);
      json.bytes.copyWithin(start + 1, start, json.used);
      json.bytes[start] = 0x22;
      json.used += 1;
      ascii(json, '"');
    }
    ascii(json, ': ');
    writeJson(json, value, leaves);
  });
}

function elements(
  json: JsonText,
  list: { readonly brackets: '[]' | '{}'; readonly field: Field; readonly filled: number; readonly again: number },
  leaves: readonly LeafCursor[],
  writeOne: () => void,
): void {
  const { brackets, field, filled, again } = list;
  const first = leaves[field.from] as LeafCursor;
  if (first.definition < filled) {
    skip(field, leaves);
    return ascii(json, brackets);
  }
  let before = brackets.charAt(0);
  do {
    ascii(json, before);
    writeOne();
    before = ', ';
  } while (first.repetition === again);
  if (first.repetition > again) throw corrupt(0, `the levels of ${field.name} do not fit its schema`);
  ascii(json, brackets.charAt(1));
}

function ascii(json: JsonText, text: string): void {
  room(json, text.length);
  json.used += json.bytes.write(text, json.used, 'latin1');
}

function room(json: JsonText, bytes: number): void {
  if (json.used + bytes <= json.bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(1024, json.used + bytes, json.bytes.length * 2));
  json.bytes.copy(larger, 0, 0, json.used);
  json.bytes = larger;
}
