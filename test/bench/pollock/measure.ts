import { normalized } from './normalized.ts';
import { pythonRows } from './python-rows.ts';

/** Pollock's ten measures of one file, each 0 to 1: their sum is what a file can score. */
export interface Measures {
  readonly success: number;
  readonly header: Agreement;
  readonly records: Agreement;
  readonly cells: Agreement;
}

/** Shares of two multisets that they have in common: `precision` of the clean one and `recall` of the loaded one, as Pollock names them. */
export interface Agreement {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const none: Agreement = { precision: 0, recall: 0, f1: 0 };
const whole: Agreement = { precision: 1, recall: 1, f1: 1 };
const refused: Measures = { success: 0, header: none, records: none, cells: none };

/**
 * What a loaded file is worth beside the clean one, as `pollock/metrics.py` of the benchmark counts it: names and records
 * are compared as normalised, cells as they stand, the order of none of them counts.
 * @param loaded CSV as RFC 4180 has it; null: it was refused, as is a text whose first line is `Application Error`
 */
export function measured(clean: string, loaded: string | null): Measures {
  if (loaded === null || /^Application Error(?:\r|\n|$)/.test(loaded)) return refused;
  const source = pythonRows(clean);
  const rows = pythonRows(loaded);
  const [names] = source;
  if (names === undefined) return { success: 1, header: whole, records: whole, cells: whole };
  const record = (row: readonly string[]): string => row.map(normalized).join('');
  return {
    success: 1,
    header: names.length === 0 ? whole : agreement(names.map(normalized), (rows[0] ?? []).map(normalized)),
    records: source.length === 1 ? whole : agreement(source.slice(1).map(record), rows.slice(1).map(record)),
    cells: source.every((row) => row.length === 0) ? whole : agreement(source.flat(), rows.flat()),
  };
}

/** 0 to 10. */
export function scoreOf({ success, ...agreements }: Measures): number {
  return Object.values(agreements).reduce((sum, { precision, recall, f1 }) => sum + precision + recall + f1, success);
}

function agreement(source: readonly string[], loaded: readonly string[]): Agreement {
  const left = new Map<string, number>();
  for (const each of source) left.set(each, (left.get(each) ?? 0) + 1);
  let common = 0;
  for (const each of loaded) {
    const count = left.get(each) ?? 0;
    if (count === 0) continue;
    left.set(each, count - 1);
    common += 1;
  }
  if (common === 0) return none;
  const precision = common / source.length;
  const recall = common / loaded.length;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}
