import { serverClasses, systemErrorClasses } from '../core/sql-state.ts';
import { join, literal, type Sql, sql } from '../core/sql.ts';
import { type Judgement, raisable } from './judgement.ts';

/** Where a raising record lies (its ctid), and its error. */
export function createRaising(table: Sql): Sql {
  return sql`create unlogged table ${table} (at pg_catalog.tid not null, record_no integer not null, state pg_catalog.text not null, message pg_catalog.text not null)`;
}

/**
 * Asks every record alone, inside an exception block each, and keeps those that raise: some 15 microseconds a record,
 * however many raise, where halving ranges costs a scan a probe. Runs only after a set-based statement raised. All rules
 * are asked, none is spared by another's answer: the reasons need every one of them. A block that catches a reading error
 * burns no transaction id. DO takes no parameters, so all is literal here. A function of the target that can run for no
 * record at all (it misses a table, say) is no statement about records, and raised again.
 */
export function collectRaising(judgement: Judgement, raising: Sql): Sql | null {
  const breaches = raisable(judgement);
  if (breaches.length === 0) return null;
  const { relation } = judgement;
  const classes = join(serverClasses.map((name) => literal(name)));
  const technical = join(systemErrorClasses.map((name) => literal(name)));
  const body = sql`
#variable_conflict use_column
declare
  "landfall at" pg_catalog.tid;
  "landfall record" integer;
  "landfall runs" boolean := false;
  "landfall state" pg_catalog.text;
  "landfall message" pg_catalog.text;
  "landfall context" pg_catalog.text;
begin
  for "landfall at", "landfall record" in select staged.ctid, ${relation.recordNo} from ${relation.table} as staged loop
    begin
      perform array[${join(breaches)}]::boolean[]
      from ${relation.from(sql`staged.ctid operator(pg_catalog.=) "landfall at"`)};
      "landfall runs" := true;
    exception when others then
      if pg_catalog.left(sqlstate, 2) operator(pg_catalog.=) any (array[${classes}]::pg_catalog.text[]) then
        raise;
      end if;
      if pg_catalog.left(sqlstate, 2) operator(pg_catalog.=) any (array[${technical}]::pg_catalog.text[]) then
        get stacked diagnostics "landfall state" = returned_sqlstate, "landfall message" = message_text,
          "landfall context" = pg_exception_context;
      else
        "landfall runs" := true;
      end if;
      insert into ${raising} (at, record_no, state, message)
      values ("landfall at", "landfall record", sqlstate, sqlerrm);
    end;
  end loop;
  if not "landfall runs" and "landfall state" is not null then
    raise exception using errcode = "landfall state", message = "landfall message", detail = "landfall context";
  end if;
end`;
  if (body.values.length > 0) throw new Error('a rule holds a parameter, which a DO block cannot take: use a literal');
  return sql`do language plpgsql ${literal(body.text)}`;
}
