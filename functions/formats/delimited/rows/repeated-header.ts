import { CR, LF, type ByteTables } from '../bytes.ts';
import { cellBounds, enclosed, escaped, isApart } from '../cells.ts';
import type { CellGrammar } from '../grammar.ts';
import { isAt, isNullWord } from '../null-words.ts';
import { formCodes, isPlain, type ScannedForm, TEXT } from '../../shared/plain-forms.ts';

/** The header's names as records are compared with them. */
export interface HeaderNames {
  /** As they stand without quotes; null where they cannot. */
  readonly bare: readonly (Buffer | null)[];
  /** As they stand between quotes. */
  readonly quoted: readonly Buffer[];
  /** The names, and how a record comes apart, where a text stands between quotes in several ways; else null. */
  readonly spelled: { readonly names: readonly Buffer[]; readonly grammar: CellGrammar } | null;
  /** A record of these names may have plain cells alone, and so would go to COPY unseen. */
  readonly mayBePlain: boolean;
}

/**
 * The names that no record should consist of; null where they are all sound values of their columns, none of them text, so that
 * such a record may well be meant.
 */
export function headerNames(of: {
  readonly header?: readonly string[];
  readonly forms: readonly ScannedForm[];
  readonly nulls?: readonly Buffer[];
  readonly tables: ByteTables;
  readonly grammar: CellGrammar;
}): HeaderNames | null {
  const { header, nulls = [], tables, grammar } = of;
  if (header === undefined) return null;
  const names = header.map((name) => Buffer.from(name));
  const forms = formCodes(of.forms);
  const isValue = (name: Buffer, i: number): boolean =>
    name.length > 0 && isPlain(forms[i] as number, name, 0, name.length);
  if (names.every((name, i) => forms[i] !== TEXT && isValue(name, i))) return null;
  const isNull = (name: Buffer): boolean => name.length === 0 || isNullWord(nulls, name, 0, name.length);
  return {
    bare: names.map((name, i) => (isBare(name, tables, i === names.length - 1) ? name : null)),
    quoted: header.map((name) => Buffer.from(escaped(name, tables))),
    spelled: tables.escape === tables.quote ? null : { names, grammar },
    mayBePlain: names.every((name, i) => isNull(name) || isValue(name, i)),
  };
}

function isBare(name: Buffer, { quote, delimiter, whole, recordEnd }: ByteTables, isLast: boolean): boolean {
  const isOne = !(recordEnd === null ? [quote, CR, LF] : [quote]).some((byte) => byte !== -1 && name.includes(byte));
  if (!isOne) return false;
  return whole === null || isLast ? !name.includes(whole ?? delimiter) : isApart(name, whole);
}

/** Whether the record bytes[start, end) has the header's names for cells, each with or without quotes; a BOM may stand before them. */
export function isHeader(names: HeaderNames, tables: ByteTables, bytes: Buffer, start: number, end: number): boolean {
  const { quote, delimiter, whole, escape } = tables;
  const last = names.quoted.length - 1;
  let at = hasBom(bytes, start) ? start + 3 : start;
  if (names.spelled !== null && bytes.subarray(at, end).includes(escape)) {
    return isSpelled(names, tables, bytes.subarray(at, end));
  }
  for (let i = 0; i <= last; i += 1) {
    const isQuoted = bytes[at] === quote;
    const name = isQuoted ? names.quoted[i] : names.bare[i];
    if (isQuoted) at += 1;
    if (!name || at + name.length > end || !isAt(name, bytes, at)) return false;
    at += name.length;
    if (isQuoted && bytes[at++] !== quote) return false;
    if (i === last) continue;
    if (whole === null ? bytes[at] !== delimiter : !isAt(whole, bytes, at)) return false;
    at += whole === null ? 1 : whole.length;
  }
  return at === end;
}

/** Where an escape is data before other bytes, a name between quotes may be spelled in several ways. */
function isSpelled({ bare, spelled }: HeaderNames, tables: ByteTables, record: Buffer): boolean {
  if (spelled === null) return false;
  const bounds = cellBounds(record, spelled.grammar);
  return (
    bounds.length === spelled.names.length &&
    bounds.every(({ start, end }, i) => {
      const cell = record.subarray(start, end);
      const isQuoted = cell[0] === tables.quote;
      const text = isQuoted ? enclosed(cell, tables) : cell;
      const name = isQuoted ? spelled.names[i] : bare[i];
      return text !== null && name != null && text.equals(name);
    })
  );
}

function hasBom(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}
