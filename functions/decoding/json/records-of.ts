import { DecodingFault } from '../decoder.ts';
import { OPEN_ARRAY, OPEN_OBJECT, QUOTE } from '../../core/format/json-bytes.ts';
import { pointerOf } from '../../core/format/json-path.ts';
import { printable } from '../../core/printable.ts';
import { beginRecord, endRecord, type RecordOutput, recordOutput } from './record-output.ts';

/** Which values of a document are its records, found while it is walked. */
export interface Selection {
  readonly keys: readonly string[];
  readonly output: RecordOutput;
  /**
   * How many containers stand open around the values that are looked at: those that lead to the records, no others. What is
   * deeper is inside of a record, or of what leads nowhere.
   */
  watched: number;
  /** The records' array stands open. */
  inRecords: boolean;
  /** The last key at the watched depth is the next one of the path. */
  isOnPath: boolean;
  /** Keys of the path that were met. */
  met: number;
  /** Where the path ends was found. */
  isFound: boolean;
  /** Other keys beside the next one of the path, the first twelve: one of them may be meant. */
  beside: string[];
}

/** Before the first byte of a document. */
export function startSelection(keys: readonly string[]): Selection {
  return {
    keys,
    output: recordOutput(),
    watched: 0,
    inRecords: false,
    isOnPath: true,
    met: 0,
    isFound: false,
    beside: [],
  };
}

/** A value begins at the watched depth with chunk[at]. @param byte its offset in the document */
export function valueBegins(selection: Selection, chunk: Buffer, at: number, byte: number): void {
  if (!selection.inRecords) {
    if (!selection.isOnPath) return;
    const { keys, watched } = selection;
    const first = chunk[at] as number;
    if (watched < keys.length) {
      if (first !== OPEN_OBJECT) throw notThere(selection, byte, `${nameOf(first)}, and no object`);
      selection.watched += 1;
      selection.isOnPath = false;
      return;
    }
    selection.isFound = true;
    if (first === OPEN_ARRAY) {
      selection.inRecords = true;
      selection.watched += 1;
      return;
    }
    if (first !== OPEN_OBJECT && keys.length > 0)
      throw notThere(selection, byte, `${nameOf(first)}, and neither an array nor an object`);
  }
  beginRecord(selection.output, chunk, at);
}

/** A container that led to the records closes. */
export function watchedCloses(selection: Selection): void {
  selection.watched -= 1;
  selection.inRecords = false;
  selection.isOnPath = false;
}

/** A value ends before chunk[end] at the watched depth. */
export function valueEnds({ output }: Selection, end: number): void {
  if (output.isOpen) endRecord(output, end);
}

/** A key at the watched depth. @param text as it stands between its quotes; null: longer than any of the path */
export function keyEnds(selection: Selection, text: string | null, byte: number): void {
  const { keys, watched } = selection;
  const key = text === null ? null : (JSON.parse(`"${text}"`) as string);
  selection.isOnPath = key !== null && key === keys[watched - 1];
  if (!selection.isOnPath) {
    const { beside, met } = selection;
    if (key !== null && met === watched - 1 && beside.length < 12 && !beside.includes(key)) beside.push(key);
    return;
  }
  if (selection.met >= watched) {
    const where = pointerOf(keys.slice(0, watched));
    throw new DecodingFault('JSON_PATH', byte, `${where} stands there a second time, so nobody knows which is meant`);
  }
  selection.met = watched;
  selection.beside = [];
}

/** The document ended. */
export function requireFound({ isFound, keys, met, beside }: Selection, byte: number): void {
  if (isFound) return;
  const last = met === 0 ? 'the document' : pointerOf(keys.slice(0, met));
  const others = beside.map(shown).join(', ');
  const words = `nothing is at ${pointerOf(keys)}: ${last} has no key ${shown(keys[met] ?? '')}${others === '' ? '' : `; it has ${others}`}`;
  throw new DecodingFault('JSON_PATH', byte, words);
}

function shown(key: string): string {
  return `"${printable(key.length > 60 ? `${key.slice(0, 60)}…` : key)}"`;
}

function notThere({ keys, watched }: Selection, byte: number, words: string): DecodingFault {
  const where = watched === 0 ? 'the document' : pointerOf(keys.slice(0, watched));
  return new DecodingFault('JSON_PATH', byte, `${where} is ${words}, so nothing is at ${pointerOf(keys)}`);
}

const names = new Map([
  [OPEN_ARRAY, 'an array'],
  [OPEN_OBJECT, 'an object'],
  [QUOTE, 'a string'],
  [0x6e, 'null'],
  [0x74, 'true'],
  [0x66, 'false'],
]);

function nameOf(first: number): string {
  return names.get(first) ?? 'a number';
}
