import type { ControlDemand, Digests } from '../../core/control/totals.ts';
import { digestNames } from '../../core/control/totals.ts';
import { dispositions, offeredDispositions } from '../../core/dispositions.ts';
import { HIDDEN } from '../rejects/shown-text.ts';
import { demandsOf, type LoadControlRow, type TrailerRow } from './load-control.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import type { WouldBe } from '../loads/would-be-sql.ts';

/** What the ledger has of a load's control totals. */
export interface ControlRow extends LoadControlRow, TrailerRow {
  readonly records: number;
  readonly counted: Omit<LoadReport['counts'], 'records'>;
  readonly would_be: WouldBe | null;
  readonly gated_at: Date | null;
  /** Of columns with a sum, decimal text: over accepted records, and over the same rows as the target has them. */
  readonly reconciled: readonly { readonly column: string; readonly staging: string; readonly table: string | null }[];
}

/** What the source says, beside what was read, staged and merged; nothing where nobody says anything. */
export function controlOf(row: ControlRow): Pick<LoadReport, 'control'> {
  const demands = demandsOf(row);
  if (demands.length === 0) return {};
  const { figures, contract } = row;
  const isHidden = (name: string): boolean =>
    contract?.columns.some((column) => column.name === name && column.sensitive === true) === true;
  const sums = (figures?.sums ?? []).map(({ column, names, source, unknown }) => {
    const reconciled = row.reconciled.find((each) => each.column === column);
    // of one record it is its cell
    const shown = (sum: string | null | undefined): string | null =>
      sum !== null && sum !== undefined && isHidden(column) ? HIDDEN : (sum ?? null);
    return {
      column,
      expected: shown(expectedSum(demands, names)),
      source: unknown === 0 ? shown(source) : null,
      staging: shown(reconciled?.staging),
      table: shown(reconciled?.table),
    };
  });
  return {
    control: {
      from: demands.map(({ from }) => from),
      records: {
        expected: demands.find(({ records }) => records !== undefined)?.records ?? null,
        source: row.records,
        staged: offered(row.would_be),
        merged: row.gated_at === null ? 0 : offered(row.counted),
      },
      sums,
      ...digestsOf(demands, row.digests),
    },
  };
}

function offered(counts: Omit<LoadReport['counts'], 'records'> | null): number {
  return offeredDispositions.reduce((sum, name) => sum + (counts?.[dispositions[name].countedAs] ?? 0), 0);
}

/** As the first says it; where others say something else, the load is refused. */
function expectedSum(demands: readonly ControlDemand[], names: readonly string[]): string | null {
  const said = demands.flatMap(({ sums = {} }) =>
    names.flatMap((name) => (Object.hasOwn(sums, name) ? [sums[name]] : [])),
  );
  return said[0] ?? null;
}

function digestsOf(
  demands: readonly ControlDemand[],
  digests: Digests | null,
): Partial<Record<keyof Digests, { expected: string; source: string | null }>> {
  const found = digestNames.flatMap((name) => {
    const expected = demands.find((demand) => demand[name] !== undefined)?.[name];
    return expected === undefined ? [] : [[name, { expected, source: digests?.[name] ?? null }] as const];
  });
  return Object.fromEntries(found);
}
