/** SQL, or a COPY from the file's bytes, unpacked where its name ends with .gz; it is a CSV with a header where no options are given. */
export type ScriptStep = { readonly sql: string } | { readonly copyInto: string; readonly options?: string };

export const csvOptions = 'format csv, header true';

const columns = ['id', 'account', 'email', 'amount', 'currency', 'created_at', 'status', 'note'] as const;
const types = ['bigint', 'text', 'text', 'numeric(12,2)', 'char(3)', 'timestamptz', 'text', 'text'] as const;
const list = columns.join(', ');
const values = columns.slice(1);

/**
 * Neither a vacuum nor an ANALYZE of the staging table costs the script time; all the same no estimate can lead its join
 * astray: of the joins only the hash join is left.
 */
const hashJoinsOnly: ScriptStep = { sql: 'set enable_nestloop = off; set enable_mergejoin = off' };
const dropStaging: ScriptStep = { sql: 'drop table staging' };

/** Typed staging, one anti-join INSERT: the floor for one connection. No validation, no receipts, no updates. */
export const f2: readonly ScriptStep[] = [
  staging(types),
  { copyInto: 'staging' },
  hashJoinsOnly,
  {
    sql: `
      insert into public.orders (${list})
      select ${list}
      from staging as s
      where not exists (select from public.orders as t where (t.id = s.id))`,
  },
  dropStaging,
];

/** What people write: text staging, casts, DISTINCT ON, ON CONFLICT DO UPDATE. */
export const h1: readonly ScriptStep[] = textStagingUpsert('');

/** The same, and rows that are equal already are not written again. */
export const h1Distinct: readonly ScriptStep[] = textStagingUpsert(`where ${differs('t', 'excluded')}`);

/** What people write for JSON lines: a line a row of text, and json_populate_record over it. No casts, no validation, no updates. */
export const jsonPopulate: readonly ScriptStep[] = [
  { sql: 'create unlogged table staging (line text) with (autovacuum_enabled = off)' },
  // neither byte stands in a line: COPY takes it as it is
  { copyInto: 'staging', options: String.raw`format csv, quote e'\x01', delimiter e'\x02'` },
  {
    sql: `
      insert into public.orders (${list})
      select ${columns.map((name) => `r.${name}`).join(', ')}
      from staging as s
      cross join lateral json_populate_record(null::public.orders, s.line::json) as r`,
  },
  dropStaging,
];

/** What an expert writes for a repeated load: typed staging, MERGE, only rows that differ. */
export const h2Distinct: readonly ScriptStep[] = [
  staging(types),
  { copyInto: 'staging' },
  hashJoinsOnly,
  {
    sql: `
      merge into public.orders as t
      using staging as s on (t.id = s.id)
      when matched and (${differs('t', 's')}) then update set ${assigned('s')}
      when not matched then insert (${list}) values (${columns.map((name) => `s.${name}`).join(', ')})`,
  },
  dropStaging,
];

function textStagingUpsert(where: string): readonly ScriptStep[] {
  const cast = columns.map((name, i) => (types[i] === 'text' ? name : `${name}::${types[i]} as ${name}`)).join(', ');
  return [
    staging(columns.map(() => 'text')),
    { copyInto: 'staging' },
    {
      sql: `
        insert into public.orders as t (${list})
        select distinct on (id) ${list}
        from (select ${cast} from staging) as s
        order by id
        on conflict (id) do update set ${assigned('excluded')}
        ${where}`,
    },
    dropStaging,
  ];
}

/** Not logged, and left alone by autovacuum: the cheapest staging there is. */
function staging(columnTypes: readonly string[]): ScriptStep {
  const definitions = columns.map((name, i) => `${name} ${columnTypes[i]}`).join(', ');
  return { sql: `create unlogged table staging (${definitions}) with (autovacuum_enabled = off)` };
}

function assigned(source: string): string {
  return values.map((name) => `${name} = ${source}.${name}`).join(', ');
}

function differs(left: string, right: string): string {
  const row = (side: string): string => `(${values.map((name) => `${side}.${name}`).join(', ')})`;
  return `${row(left)} is distinct from ${row(right)}`;
}
