import { compileContract } from '../../../functions/compile/compile.ts';
import { adHocDataset } from '../../../functions/compile/declaration/schema.ts';
import type { Contract } from '../../../functions/core/contract.ts';
import { describedTable } from '../../../functions/sniff/alone/described.ts';
import { columnNames } from '../../../functions/sniff/alone/column-names.ts';
import { type Table, tableOf } from '../../../functions/sniff/alone/table-of.ts';
import { sniff } from '../../../functions/sniff/sniff.ts';
import { catalogue, column } from '../../unit/compile/build.ts';
import { type Annotated, sameCells } from './annotated.ts';

/** What `load` makes of a file where it knows the table; null: nobody can tell the table from the annotated file. */
export type Verdict = 'right' | 'refused' | 'wrong';

/**
 * The table is made from the file as people say it is written: its header's names, and of each column the narrowest type that all
 * of its cells are of. Nothing is declared. Null where the file has no header that a load can take, of which the table could tell, or is
 * no table as it is annotated: most records have one cell, and others have more.
 */
export function verdictWithTable(annotated: Annotated): Verdict | null {
  const { meant, sample } = annotated;
  const truth = tableOf(meant, sample);
  if (truth === null || (truth.columns === 1 && truth.uniform < 1)) return null;
  const { header, isOwn, skipRows } = describedTable(truth);
  if (header === null || !isOwn) return null;
  const { contract, undeclared } = contractOf(truth, header, skipRows);
  const decision = sniff(contract, sample, undeclared);
  if (decision.kind === 'ambiguous' || decision.reading === null) return 'refused';
  const { skipRows: skipped = 0, ...format } = decision.reading.format;
  return skipped <= skipRows && sameCells(format, annotated) ? 'right' : 'wrong';
}

function contractOf(
  { rows, lines, columns }: Table,
  header: readonly string[],
  skipRows: number,
): { readonly contract: Contract; readonly undeclared: ReturnType<typeof adHocDataset>['undeclared'] } {
  const body = rows.filter((row, i) => (lines[i] ?? 0) > skipRows + 1 && row.length === columns);
  const dataset = adHocDataset({ into: 'public.known', businessKey: [], conflict: { rule: 'append' } });
  const named = columnNames(header).flatMap((name, i) =>
    (header[i] ?? '').trim() === '' ? [] : [column(name, typeOf(body.map((row) => row[i] ?? null)))],
  );
  const contract = compileContract(dataset, catalogue({ table: 'known', columns: named, uniqueIndexes: [] }), 'f');
  return { contract, undeclared: dataset.undeclared };
}

const types = [
  [/^[-+]?\d{1,18}$/, 'bigint', 'int8'],
  [/^[-+]?\d{1,40}(?:\.\d{1,40})?$/, 'numeric', 'numeric'],
  [/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/, 'date', 'date'],
] as const;

/** Text where nothing else is proven. */
function typeOf(cells: readonly (string | null)[]): { readonly type: string; readonly baseType: string } {
  const filled = cells.filter((cell) => cell !== null);
  const proven =
    filled.length === 0 ? undefined : types.find(([pattern]) => filled.every((cell) => pattern.test(cell)));
  return proven === undefined ? { type: 'text', baseType: 'text' } : { type: proven[1], baseType: proven[2] };
}
