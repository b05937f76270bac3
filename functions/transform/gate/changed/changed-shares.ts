import { printable } from '../../../core/printable.ts';
import type { LoadCode } from '../../../protocol/load-codes.ts';
import type { Diff } from '../../../protocol/diff.ts';
import { count, declaredPercent, percent, plural } from '../../../words/quantities.ts';
import { isAdHoc } from '../../../words/whose-dataset.ts';
import type { Cause, GateView } from '../cause.ts';

/** Rows of a cause that are named. */
const shownExamples = 3;

/**
 * More rows updated, or turned to NULL in a column, than the dataset takes without asking: shares of the rows that the
 * table had. A table that had none has none to lose.
 */
export function changedShares(view: GateView): readonly Cause[] {
  const { limits } = view.load.contract;
  const { maxUpdatedShare, maxNullTurnedShare = {} } = limits;
  const updated = overShare(view, view.counts.updated, maxUpdatedShare);
  return [
    ...(updated === null
      ? []
      : [
          cause('TOO_MANY_UPDATED', view, {
            ...updated,
            would: 'would be updated',
            limit: 'maxUpdatedShare',
            rows: rowsOf(view),
          }),
        ]),
    ...Object.entries(maxNullTurnedShare).flatMap(([column, share]): readonly Cause[] => {
      const turned = view.diff.columns.find((each) => each.column === column)?.turnedNull ?? 0;
      const over = overShare(view, turned, share);
      const would = `would lose their ${printable(column)}, which turns NULL`;
      const rows = view.diff.samples.filter((sample) => sample.column === column && sample.new === null);
      return over === null
        ? []
        : [cause('TOO_MANY_TURNED_NULL', view, { ...over, would, limit: 'maxNullTurnedShare', column, rows })];
    }),
  ];
}

interface Over {
  /** Rows that the load would change so. */
  readonly touched: number;
  readonly most: number;
}

/** Null: nobody set a limit, or it holds. */
function overShare({ rowsThere }: GateView, touched: number, share: number | undefined): Over | null {
  if (share === undefined || touched === 0 || rowsThere === null) return null;
  return touched > share * rowsThere.rows ? { touched, most: share } : null;
}

function cause(
  code: LoadCode,
  { load: { contract, loadId }, rowsThere }: GateView,
  {
    touched,
    most,
    would,
    limit,
    column,
    rows,
  }: Over & {
    readonly would: string;
    readonly limit: 'maxUpdatedShare' | 'maxNullTurnedShare';
    readonly column?: string;
    readonly rows: Diff['samples'];
  },
): Cause {
  const all = rowsThere?.rows ?? 0;
  const about = rowsThere?.isEstimate === true ? 'about ' : '';
  const share = `${count(touched)} of the ${about}${plural(all, 'row')} of the table (${percent(all === 0 ? 1 : touched / all)})`;
  const option = {
    maxUpdatedShare: '--max-updated-share',
    maxNullTurnedShare: '--max-null-turned-share',
  }[limit];
  const declared = isAdHoc(contract) ? option : `the limit of dataset ${contract.dataset}`;
  const named = column === undefined ? limit : `${limit} of ${printable(column)}`;
  const message = `${share} ${would}, and ${named} is ${declaredPercent(most)}: the target is untouched${examples(rows)}; see \`landfall explain ${loadId}\`, and raise ${declared} where it is meant so`;
  return { code, message, kind: 'limit', ...(rows.length > 0 && { quotes: true }) };
}

/** Of each row once. */
function rowsOf({ diff }: GateView): Diff['samples'] {
  const keys = diff.samples.map(({ key }) => JSON.stringify(key));
  return diff.samples.filter((_, i) => keys.indexOf(keys[i] ?? '') === i);
}

/** `, as of id=7: name 'a' -> 'b'`. */
function examples(rows: Diff['samples']): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, shownExamples).map(({ key, column, old, new: after }) => {
    const where = Object.entries(key).map(([name, value]) => `${printable(name)}=${printable(value ?? 'NULL', 40)}`);
    return `${where.join(', ')} (${printable(column)} ${cell(old)} -> ${cell(after)})`;
  });
  return `, e.g. ${shown.join(', ')}`;
}

function cell(value: string | null): string {
  return value === null ? 'NULL' : `'${printable(value, 40)}'`;
}
