import { systemErrorClasses } from '../core/sql-state.ts';
import { join, literal, type Sql, sql } from '../core/sql.ts';
import { type Judgement, raisable } from './judgement.ts';

/** Where a raising record lies (its ctid), and its error. */
export function createRaising(table: Sql): Sql {
  return sql`create unlogged table ${table} (at tid not null, record_no integer not null, state text not null, message text not null)`;
}

/**
 * Asks every record alone, inside an exception block each, and keeps those that raise: some 15 microseconds a record,
 * however many raise, where halving ranges costs a scan a probe. Runs only after a set-based statement raised. All rules
 * are asked, none is spared by another's answer: the reasons need every one of them. A block that catches a reading error
 * burns no transaction id. DO takes no parameters, so all is literal here.
 */
export function collectRaising(judgement: Judgement, raising: Sql): Sql | null {
  const breaches = raisable(judgement);
  if (breaches.length === 0) return null;
  const { relation } = judgement;
  const classes = join(systemErrorClasses.map((name) => literal(name)));
  const body = sql`
#variable_conflict use_column
declare
  "landfall at" tid;
  "landfall record" integer;
begin
  for "landfall at", "landfall record" in select staged.ctid, ${relation.recordNo} from ${relation.table} as staged loop
    begin
      perform array[${join(breaches)}]::boolean[]
      from ${relation.from(sql`staged.ctid = "landfall at"`)};
    exception when others then
      if left(sqlstate, 2) in (${classes}) then
        raise;
      end if;
      insert into ${raising} (at, record_no, state, message)
      values ("landfall at", "landfall record", sqlstate, sqlerrm);
    end;
  end loop;
end`;
  if (body.values.length > 0) throw new Error('a rule holds a parameter, which a DO block cannot take: use a literal');
  return sql`do language plpgsql ${literal(body.text)}`;
}
