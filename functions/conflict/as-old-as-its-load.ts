import { keyMatch } from '../core/comparison.ts';
import type { Contract } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { arbiterOf } from '../core/arbiter/covered.ts';
import { sql, type Sql } from '../core/sql.ts';
import {
  givenColumns,
  names,
  overriding,
  records,
  type RecordRange,
  target,
  values,
  type Written,
} from './range-sql.ts';
import type { ConflictRule } from './rule.ts';

/**
 * A rule for records that an earlier load rejected: they are as old as that load, so rows that were written since its gate
 * stay, whoever wrote them. Where a column or a time says what is newer, or rows that are there stay anyway, the rule is as it is.
 */
export function asOldAsItsLoad(rule: ConflictRule): ConflictRule {
  // a few records of a file are not the whole truth
  const { missing: _missing, ...ofRecords } = rule;
  const { demands, classify, write } = rule;
  if (!demands.key || !demands.update || 'versionColumn' in rule.settings || rule.versions !== undefined)
    return ofRecords;
  return {
    ...ofRecords,
    classify: {
      ...classify,
      differing: (contract) =>
        sql`case when ${wasThere(contract)} then ${classify.differing(contract)} else ${letter('stale')} end`,
      ...(classify.inFull !== undefined && {
        inFull: (contract, filled, loadId) => sql`(select case
          when (found.letter operator(pg_catalog.=) any (array[${letter('changed')}, ${letter('deleted')}])) and not ${wasThere(contract)} then ${letter('stale')}
          else found.letter
        end from (select ${classify.inFull?.(contract, filled, loadId) ?? sql``} as letter) as found)`,
      }),
    },
    write: {
      ...write,
      ...(write.removeDeleted !== undefined && {
        removeDeleted: (range) => sql`${write.removeDeleted?.(range) ?? sql``}
      and ${wasThere(range.contract)}`,
      }),
      updateChanged: (range) => sql`${write.updateChanged(range)}
      and ${wasThere(range.contract)}`,
      judgeAgain: demands.insert ? insertMissing : () => sql`select 0 as inserted, 0 as updated`,
      leavesDiffering: true,
    },
  };
}

/** 2^31: who wrote the row longer ago than that, or later than the statement began, cannot be told apart. */
const halfOfAllXids = 2_147_483_648;

/**
 * The row `t` of the target was there when the earlier load passed its gate. Its xmin is the lower half of the number of the
 * transaction that wrote it; the upper half is that of the newest, or one less. A row that was frozen long ago may seem
 * younger than it is, never older: then it stays.
 */
function wasThere({ replay }: Contract): Sql {
  return wasThereBelow(replay?.gatedBelow ?? null);
}

/** The row `t` was there when every transaction below this one had ended: the same of any load. Null: nobody knows, so it was not. */
export function wasThereBelow(gatedBelow: string | null): Sql {
  if (gatedBelow === null) return sql`false`;
  const wrote = sql`t.xmin::pg_catalog.text::pg_catalog.int8`;
  const newest = sql`pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8`;
  const ago = sql`((${newest} operator(pg_catalog.-) ${wrote}) operator(pg_catalog.&) 4294967295)`;
  return sql`(case
        when (${wrote} operator(pg_catalog.<) 3) then true
        when (${ago} operator(pg_catalog.>=) ${halfOfAllXids}::pg_catalog.int8) then false
        else (${newest} operator(pg_catalog.-) ${ago}) operator(pg_catalog.<) ${gatedBelow}::pg_catalog.int8
      end)`;
}

/** Whoever inserted the key meanwhile is newer. */
function insertMissing(range: RecordRange, disposition: Written): Sql {
  const given = givenColumns(range);
  return sql`
    with added as (
      insert into ${target(range)} as t (${names(given)})${overriding(range)}
      select ${values(given)}
      from ${records(range, disposition)}
      where not exists (select from ${target(range)} as t where ${keyMatch(range.contract)})
      on conflict ${arbiterOf(range.contract)} do nothing
      returning 1
    )
    select pg_catalog.count(*)::pg_catalog.int4 as inserted, 0 as updated
    from added`;
}
