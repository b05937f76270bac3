import type { Parts } from './parts.ts';
import { readWholeXml } from './xml.ts';

/** How a number is meant: as one, or as days since the workbook's epoch. */
export type NumberKind = 'number' | 'date' | 'time' | 'moment' | 'elapsed';

/** What a style of cells says of numbers. */
export interface NumberStyle {
  readonly kind: NumberKind;
  /** How they are shown; null: as they are. */
  readonly code: string | null;
}

/** Each style of cells, by its index. */
export async function readStyles(parts: Parts, part: string | null): Promise<readonly NumberStyle[]> {
  if (part === null || !parts.has(part)) return [];
  const codes = new Map<number, string>();
  const styles: number[] = [];
  let inCells = false;
  await readWholeXml(part, parts.read(part), {
    open(name, { numFmtId = '0', formatCode = '' }) {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode);
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) styles.push(Number(numFmtId));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles.map((id) => {
    const code = codes.get(id);
    return code === undefined
      ? { kind: builtIn(id), code: builtInCodes[id] ?? null }
      : { kind: kindOf(code), code: /^general$/i.test(code) ? null : code };
  });
}

/** Formats that have a number only (ECMA-376, 18.8.30); those from 27 on are of East Asian calendars. */
function builtIn(id: number): NumberKind {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'date';
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return 'time';
  if (id === 22) return 'moment';
  return id === 46 ? 'elapsed' : 'number';
}

/** Format codes of numbers that a workbook does not write down (ECMA-376, 18.8.30). */
const builtInCodes: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  37: '#,##0 ;(#,##0)',
  38: '#,##0 ;[Red](#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;[Red](#,##0.00)',
  48: '##0.0E+0',
};

/** By the first section of a format code: what is quoted, escaped, a colour or a locale is none of its letters. */
export function kindOf(code: string): NumberKind {
  const [letters = ''] = code
    .replace(/"[^"]*"?|\\.|[_*]./gs, '')
    .toLowerCase()
    .split(';');
  const isElapsed = /\[(?:h+|m+|s+)\]/.test(letters);
  const bare = letters.replace(/\[[^[\]]*\]/g, '').replace(/general/g, '');
  if (isElapsed) return 'elapsed';
  const hasTime = /[hs]|am\/pm|a\/p/.test(bare);
  const hasDate = /[ydg]|e(?![+-])/.test(bare) || (/m/.test(bare) && !hasTime);
  if (hasDate) return hasTime ? 'moment' : 'date';
  return hasTime ? 'time' : 'number';
}
