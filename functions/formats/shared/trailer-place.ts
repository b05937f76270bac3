import { plural } from '../../core/quantities/counted.ts';
import { charactersAt, type TrailerPlace } from '../../core/control/trailer-totals.ts';
import { doubledKey } from '../../core/control/doubled-key.ts';
import { keysOfPath } from '../../core/format/json-path.ts';

/** What a line that is no record says at a place, to the letter, or why it says nothing there. */
export type Said = { readonly text: string } | { readonly problem: string };

/** By cells, the first of which is 1. */
export function saidInCell(cells: readonly (Buffer | null)[], place: TrailerPlace): Said {
  const cell = typeof place === 'number' && place <= cells.length ? cells[place - 1] : undefined;
  if (cell === undefined) return { problem: `the line has ${plural(cells.length, 'cell')}` };
  return { text: cell?.toString('utf8') ?? '' };
}

/** By its characters of Unicode. */
export function saidAtCharacters(line: Buffer, place: string): Said {
  const characters = [...line.toString('utf8')];
  const [first, last] = charactersAt(place) ?? [0, 0];
  if (first > characters.length || first === 0)
    return { problem: `the line has ${plural(characters.length, 'character')}` };
  // the blanks at its end may have been cut off on the way
  return { text: characters.slice(first - 1, last).join('') };
}

/** By the keys that lead to a number, or to a text with one: every digit as it stands. */
export function saidBehindKeys(line: Buffer, place: TrailerPlace): Said {
  let value: unknown;
  try {
    // strictly first: with its numbers as texts 01 would pass
    JSON.parse(line.toString('utf8'));
    value = JSON.parse(withNumbersAsTexts(line.toString('utf8')));
  } catch {
    return { problem: 'the line is no JSON' };
  }
  const doubled = doubledKey(line.toString('utf8'));
  if (doubled !== null) return { problem: `the key ${JSON.stringify(doubled)} stands there twice` };
  for (const key of keysOfPath(String(place)) ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
      return { problem: `nothing has the key ${JSON.stringify(key)} there` };
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  if (typeof value === 'string') return { text: value };
  return { problem: 'neither a number nor a text stands there' };
}

/** JavaScript's numbers would lose digits. A string that never closes is taken to its end, so that none is looked at twice. */
function withNumbersAsTexts(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\[^])*(?:"|\\?$)|-?\d[\d.eE+-]*/g, (token) =>
    token[0] === '"' ? token : `"${token}"`,
  );
}
