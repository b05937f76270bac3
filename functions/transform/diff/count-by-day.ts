import { filledColumns } from '../../core/staging.ts';
import { many, type Db } from '../../db/client.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { Diff } from '../../protocol/diff.ts';
import { type DayRow, selectDays } from './days-sql.ts';

/** A year of days; the newest are told. */
const mostDays = 366;

/** Accepted records by the day of the dataset's column for that, once each has its verdict; nothing where it names none, or where the file does not have it. */
export async function countByDay(
  db: Db,
  load: PlannedLoad,
  slices: readonly { readonly slice: number }[],
): Promise<Pick<Diff, 'byDay'>> {
  const name = load.contract.countByDay;
  const column = filledColumns(load).find((each) => each.name === name);
  if (column === undefined) return {};
  const rows =
    slices.length === 0
      ? []
      : await many<DayRow>(
          db,
          selectDays(
            load,
            slices.map(({ slice }) => slice),
            { column, most: mostDays },
          ),
        );
  const left = Math.max(0, (rows[0]?.days ?? 0) - rows.length);
  const days = rows.map(({ days: _all, ...day }) => day).toReversed();
  return { byDay: { column: column.name, days: days as NonNullable<Diff['byDay']>['days'], left } };
}
