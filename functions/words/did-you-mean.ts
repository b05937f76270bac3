import { printable } from '../core/printable.ts';

/**
 * The nearest of the known names, best first, at most three: equal but for case, blanks and signs, or a few typing errors
 * away (one in four characters), or one holding the other.
 */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = plain(name);
  return known
    .map((candidate) => ({ candidate, away: distance(wanted, plain(candidate)) }))
    .filter(({ away }) => away !== null)
    .toSorted((a, b) => (a.away ?? 0) - (b.away ?? 0) || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** ` Did you mean "a" or "b"?`, or nothing where no name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearNames(name, known);
  return near.length === 0 ? '' : ` Did you mean ${near.map(showText).join(' or ')}?`;
}

/** A name from outside, fit for a message: quoted, control and format characters escaped, cut at 60 characters. */
export function showText(text: string): string {
  return quoted(text, 60);
}

/** The same as it is written in a dataset: whole, but for what nobody types. */
export function inCode(text: string): string {
  return quoted(text, 1_000);
}

function quoted(text: string, most: number): string {
  const cut = [...text.slice(0, 2 * most + 10)];
  const escaped = printable(cut.slice(0, most).join('').replaceAll(/["\\]/g, String.raw`\$&`));
  return `"${escaped}${cut.length > most || text.length > 2 * most + 10 ? '…' : ''}"`;
}

/** Names in a row: "a", "b" and 7 more. */
export function showList(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).map(showText).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function plain(name: string): string {
  return name
    .slice(0, 130)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** How far apart two plain names are; null where they are not near. */
function distance(a: string, b: string): number | null {
  if (a === '' || b === '') return null;
  if (Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a))) return Math.abs(a.length - b.length) / 4;
  const most = Math.max(1, Math.floor(Math.max(a.length, b.length) / 4));
  const edits = Math.abs(a.length - b.length) > most ? null : editDistance(a, b, most);
  return edits === null || edits > most ? null : edits;
}

/**
 * Levenshtein's distance with a swap of neighbours as one edit; null as soon as it is more than `most` for certain. Names have
 * at most 130 characters, and only what lies within `most` of the diagonal is looked at: a table of 1,600 columns is searched
 * in milliseconds.
 */
function editDistance(a: string, b: string, most: number): number | null {
  const far = most + 1;
  let before = new Uint8Array(b.length + 1);
  let last = Uint8Array.from({ length: b.length + 1 }, (_, j) => j);
  let row = new Uint8Array(b.length + 1);
  for (let i = 1; i <= a.length; i += 1) {
    row.fill(far);
    row[0] = Math.min(i, far);
    let least = row[0];
    const to = Math.min(b.length, i + most);
    for (let j = Math.max(1, i - most); j <= to; j += 1) {
      const isSame = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let edits = (last[j - 1] as number) + (isSame ? 0 : 1);
      edits = Math.min(edits, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      if (isSwap(a, b, i, j)) edits = Math.min(edits, (before[j - 2] as number) + 1);
      row[j] = edits;
      if (edits < least) least = edits;
    }
    if (least > most) return null;
    [before, last, row] = [last, row, before];
  }
  return last[b.length] as number;
}

function isSwap(a: string, b: string, i: number, j: number): boolean {
  if (i < 2 || j < 2) return false;
  return a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
}
