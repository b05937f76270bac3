/**
 * JSON lines read by JSON.parse, one line after the other; imports nothing from functions/formats/json-lines. JSON.parse says
 * whether a line is JSON, the tokens of what it accepted say what stands where.
 */
import { isUtf8 } from 'node:buffer';
import { plainText } from '../delimited/reference.ts';
import type { JsonColumn } from '../../../../functions/formats/json-lines/reader.ts';

export interface ReferenceTable {
  readonly columns: readonly JsonColumn[];
  readonly meaningOf: (key: string) => number | 'ignored' | 'captured' | null;
  readonly captureColumn?: number;
  readonly maxRecordBytes: number;
}

export interface ReferenceLine {
  readonly start: number;
  /** Before and after its end. */
  readonly end: number;
  readonly next: number;
  /** null: a line of blanks. */
  readonly record: ReferenceRecord | null;
}

interface ReferenceRecord {
  readonly fault: string | null;
  /** By column; null for NULL. */
  readonly cells: readonly (string | null)[] | null;
  readonly isPlain: boolean;
}

/** Every line of the object from `from` on. */
export function readLines(object: Buffer, table: ReferenceTable, from = 0): ReferenceLine[] {
  const lines: ReferenceLine[] = [];
  for (let start = from; start < object.length; ) {
    const lf = object.indexOf(0x0a, start);
    const next = lf === -1 ? object.length : lf + 1;
    const isCrLf = lf > start && object[lf - 1] === 0x0d;
    const end = lf === -1 ? object.length : isCrLf ? lf - 1 : lf;
    const bytes = object.subarray(start, end);
    const isBlank = /^[ \t\r]*$/.test(bytes.toString('latin1')) && bytes.length <= table.maxRecordBytes;
    lines.push({ start, end, next, record: isBlank ? null : readOne(bytes, table) });
    start = next;
  }
  return lines;
}

function readOne(bytes: Buffer, table: ReferenceTable): ReferenceRecord {
  const faulty = (fault: string): ReferenceRecord => ({ fault, cells: null, isPlain: false });
  if (bytes.length > table.maxRecordBytes) return faulty('RECORD_TOO_LONG');
  if (bytes.includes(0)) return faulty('NUL_BYTE');
  if (!isUtf8(bytes)) return faulty('INVALID_UTF8');
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    return faulty('NOT_JSON');
  }
  const value = new Tokens(text).value();
  if (value.kind !== 'object') return faulty('NOT_AN_OBJECT');
  return readObject(value, table);
}

interface Value {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'word';
  readonly source: string;
  readonly entries: readonly { readonly key: string; readonly value: Value }[];
  readonly elements: readonly Value[];
}

/** Of text that is JSON. */
class Tokens {
  readonly #tokens: readonly { text: string; at: number }[];
  readonly #text: string;
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)].map((found) => ({
      text: found[0],
      at: found.index,
    }));
  }

  value(): Value {
    const first = this.#take();
    const entries: { key: string; value: Value }[] = [];
    const elements: Value[] = [];
    let last = first;
    if (first.text === '{' || first.text === '[') {
      while (this.#peek() !== '}' && this.#peek() !== ']') {
        if (this.#peek() === ',') this.#take();
        const key = first.text === '{' ? this.#take().text : null;
        if (key !== null) this.#take();
        const value = this.value();
        if (key === null) elements.push(value);
        else entries.push({ key, value });
      }
      last = this.#take();
    }
    const kinds: Readonly<Record<string, Value['kind']>> = {
      '{': 'object',
      '[': 'array',
      '"': 'string',
      t: 'word',
      f: 'word',
      n: 'word',
    };
    const kind = kinds[first.text[0] as string] ?? 'number';
    return { kind, source: this.#text.slice(first.at, last.at + last.text.length), entries, elements };
  }

  #peek(): string {
    return this.#tokens[this.#next]?.text ?? '';
  }

  #take(): { text: string; at: number } {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new Error('the text is no JSON');
    this.#next += 1;
    return token;
  }
}

/** Which faults there are decides; which of several is named is the first one's matter, so all are given. */
function readObject(object: Value, table: ReferenceTable): ReferenceRecord {
  const faults: string[] = [];
  const cells: (string | null)[] = table.columns.map(() => null);
  const filled = new Set<number | string>();
  const captured: string[] = [];
  let isPlain = true;
  for (const { key, value } of object.entries) {
    oddCharacters(key, false, faults);
    const name = JSON.parse(key) as string;
    const meaning = table.meaningOf(name);
    const place = typeof meaning === 'number' ? meaning : name;
    if (filled.has(place)) faults.push('REPEATED_KEY');
    filled.add(place);
    if (typeof meaning === 'number') {
      const column = table.columns[meaning] as JsonColumn;
      checkValue(value, { uniqueKeys: column.json === 'jsonb', takesNul: takesNul(column, value) }, faults);
      if (hasNoPlace(value, column)) faults.push('NESTED_VALUE');
      cells[meaning] = cellOf(value, column);
      const form = column.form;
      if (form === 'text' || value.source === 'null') continue;
      const text = value.kind === 'string' ? value.source.slice(1, -1) : value.source;
      isPlain &&= value.kind !== 'object' && value.kind !== 'array' && plainText[form](text);
    } else {
      if (meaning === null) faults.push('UNKNOWN_KEY');
      const intoJsonb = meaning === 'captured' && table.columns[table.captureColumn ?? -1]?.json === 'jsonb';
      checkValue(value, { uniqueKeys: intoJsonb, takesNul: !intoJsonb }, faults);
      if (meaning === 'captured') captured.push(`${key}:${value.source}`);
    }
  }
  if (captured.length > 0) {
    const position = table.captureColumn as number;
    if (filled.has(position)) faults.push('REPEATED_KEY');
    cells[position] = `{${captured.join(',')}}`;
  }
  const fault = faults.length === 0 ? null : [...new Set(faults)].toSorted().join(' or ');
  return fault === null ? { fault, cells, isPlain } : { fault, cells: null, isPlain: false };
}

function hasNoPlace({ kind }: Value, { form, json, isArray = false, isSingle = false }: JsonColumn): boolean {
  if (json !== null || (kind !== 'object' && kind !== 'array')) return false;
  return isArray ? kind === 'object' : form !== 'text' || isSingle;
}

/** A nested value in a column of text stays JSON, and so does its \u0000. */
function takesNul(column: JsonColumn, { kind }: Value): boolean {
  return kind === 'object' || kind === 'array' ? column.json !== 'jsonb' : column.json === 'json';
}

function cellOf(value: Value, column: JsonColumn): string | null {
  if (value.source === 'null') return null;
  return value.kind === 'string' && column.json === null ? (JSON.parse(value.source) as string) : value.source;
}

function checkValue(value: Value, demands: { uniqueKeys: boolean; takesNul: boolean }, faults: string[]): void {
  if (value.kind === 'string') oddCharacters(value.source, demands.takesNul, faults);
  const names = value.entries.map(({ key }) => JSON.parse(key) as string);
  if (demands.uniqueKeys && new Set(names).size < names.length) faults.push('REPEATED_KEY');
  for (const { key } of value.entries) oddCharacters(key, demands.takesNul, faults);
  for (const inner of [...value.elements, ...value.entries.map((entry) => entry.value)])
    checkValue(inner, demands, faults);
}

function oddCharacters(source: string, takesNulCharacter: boolean, faults: string[]): void {
  const text = JSON.parse(source) as string;
  if (!text.isWellFormed()) faults.push('LONE_SURROGATE');
  if (text.includes('\0') && !takesNulCharacter) faults.push('NUL_CHARACTER');
}
