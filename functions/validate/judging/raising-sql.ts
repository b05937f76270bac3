import { quotesCell } from '../../core/quotes-cell.ts';
import { ownCodeLine, serverClasses, serverStates, systemErrorClasses } from '../../core/sql-state.ts';
import { join, literal, type Sql, sql } from '../../core/sql.ts';
import { type Judgement, raisable } from './judgement.ts';
import { textArray } from '../rules/rule.ts';

/** Where a raising record lies (its ctid), and its error. */
export function createRaising(table: Sql, isTemporary: boolean): Sql {
  return sql`create ${isTemporary ? sql`temporary` : sql`unlogged`} table ${table} (at pg_catalog.tid not null, record_no integer not null, state pg_catalog.text not null, message pg_catalog.text not null)`;
}

/**
 * Asks every record alone, inside an exception block each, and keeps those that raise: some 15 microseconds a record,
 * however many raise, where halving ranges costs a scan a probe. Runs only after a set-based statement raised. All rules
 * are asked, none is spared by another's answer: the reasons need every one of them. A block that catches a reading error
 * burns no transaction id. DO takes no parameters, so all is literal here.
 *
 * Code of the target that can run for no record at all (it misses a table, say) is no statement about records, and raised
 * again. It is that where every record meets the same error of a class that is not about data, unless each time its words
 * quote a cell of the record: if it comes out of a function of the owner's for more records than one, or NULLs alone meet it
 * (docs/adr/0026).
 */
export function collectRaising(judgement: Judgement, raising: Sql): Sql | null {
  const rules = raisable(judgement);
  if (rules.length === 0) return null;
  const { relation } = judgement;
  const record = relation.from(sql`staged.ctid operator(pg_catalog.=) "landfall at"`);
  const ofNulls = rules.flatMap((rule) => rule.ofNulls ?? []);
  const quoted = quotesCell(
    sql`"landfall message"`,
    relation.operands.map(({ text }) => text),
  );
  const body = sql`
#variable_conflict use_column
declare
  "landfall at" pg_catalog.tid;
  "landfall record" integer;
  "landfall runs" boolean := false;
  "landfall quoted" boolean := true;
  "landfall tried" integer := 0;
  "landfall state" pg_catalog.text;
  "landfall message" pg_catalog.text;
  "landfall context" pg_catalog.text;
begin
  for "landfall at", "landfall record" in select staged.ctid, ${relation.recordNo} from ${relation.table} as staged loop
    begin
      perform array[${join(rules.map(({ breach }) => breach))}]::boolean[]
      from ${record};
      "landfall runs" := true;
    exception when others or assert_failure then
      if ${isOneOf(sql`pg_catalog.left(sqlstate, 2)`, serverClasses)} or ${isOneOf(sql`sqlstate`, serverStates)} then
        raise;
      end if;
      insert into ${raising} (at, record_no, state, message)
      values ("landfall at", "landfall record", sqlstate, sqlerrm);
      if not "landfall runs" then
        if not ${isOneOf(sql`pg_catalog.left(sqlstate, 2)`, systemErrorClasses)}
          or sqlstate operator(pg_catalog.<>) "landfall state" or sqlerrm operator(pg_catalog.<>) "landfall message" then
          "landfall runs" := true;
        else
          "landfall tried" := "landfall tried" operator(pg_catalog.+) 1;
          get stacked diagnostics "landfall state" = returned_sqlstate, "landfall message" = message_text,
            "landfall context" = pg_exception_context;
          "landfall quoted" := "landfall quoted" and coalesce((select ${quoted} from ${record}), false);
        end if;
      end if;
    end;
  end loop;
  if not "landfall runs" and not "landfall quoted" and "landfall state" is not null then
    begin
      if "landfall tried" operator(pg_catalog.=) 1 or not ("landfall context" operator(pg_catalog.~) ${literal(`(^|\n)${ownCodeLine}`)}) then
        perform array[${join(ofNulls)}]::boolean[];
        "landfall runs" := true;
      end if;
    exception when others or assert_failure then
      "landfall runs" := sqlstate operator(pg_catalog.<>) "landfall state"
        or sqlerrm operator(pg_catalog.<>) "landfall message";
    end;
    if not "landfall runs" then
      raise exception using errcode = "landfall state", message = "landfall message", detail = "landfall context";
    end if;
  end if;
end`;
  if (body.values.length > 0) throw new Error('a rule holds a parameter, which a DO block cannot take: use a literal');
  return sql`do language plpgsql ${literal(body.text)}`;
}

function isOneOf(text: Sql, all: readonly string[]): Sql {
  return sql`(${text} operator(pg_catalog.=) any (${textArray(all)}))`;
}
