import type { CountName } from '../../core/dispositions.ts';
import { literal, sql, type Sql } from '../../core/sql.ts';
import type { Diff } from '../../protocol/diff.ts';
import type { NotJudged } from '../../protocol/report-parts.ts';
import { countWouldBe } from '../batches/batches-sql.ts';

/** What would become of the records of a load, as landfall.loads.would_be has it under the names of report.json. */
export interface WouldBe extends Readonly<Record<CountName, number>> {
  readonly records: number;
  readonly batches: number;
  /** Of a dry run: what may still refuse rows of these. Absent: nothing. */
  readonly notJudged?: readonly NotJudged[];
}

/**
 * Writes down what would become of the load's records, before the gate judges it. All that is said of it later is read from
 * there: by the gate, as the counts of a dry run, in the report. Answers { would_be }.
 */
export function updateWouldBe(loadId: number, notJudged: readonly NotJudged[]): Sql {
  const more = JSON.stringify(notJudged.length === 0 ? {} : { notJudged });
  return sql`
    update landfall.loads
    set would_be = pg_catalog.to_jsonb(found) operator(pg_catalog.||) ${more}::pg_catalog.jsonb
    from (${countWouldBe(loadId)}) as found
    where (loads.load_id operator(pg_catalog.=) ${loadId})
    returning loads.would_be`;
}

/** One of its counts in a row of landfall.loads; 0 where it is not there. */
export function wouldBeCount(name: CountName | 'records'): Sql {
  return sql`coalesce((loads.would_be operator(pg_catalog.->>) ${literal(name)})::pg_catalog.int8, 0)`;
}

/** What the load would change of rows that are there, as report.json says it; written anew until the gate is passed. */
export function updateDiff(loadId: number, diff: Diff): Sql {
  return sql`
    update landfall.loads
    set diff = ${JSON.stringify(diff)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}
