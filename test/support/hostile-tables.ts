import type { TargetKind } from './target-kinds.ts';

// Tables that are rarer, or that somebody made to be in the way: each is loaded with exact counts, twice without harm, or refused with a reason.

const plain = { records: ['1,a', '2,b', '3,c'], changed: '1,z' };
const kv = 'create table t (k integer primary key, v text);';

const trigger = (name: string, body: string, when: string): string =>
  `create function ${name}() returns trigger language plpgsql set search_path from current as $$ begin ${body} end $$;
   create trigger ${name} ${when} execute function ${name}();`;

/** Relations that are no plain table of their own, or are owned by others. */
const relations: readonly TargetKind[] = [
  {
    ...plain,
    name: 'an updatable view with a check option',
    make: 'create table u (k integer primary key, v text); create view t as select * from u where k < 3 with cascaded check option',
    refused: ['NOT_A_TABLE', 'name the table behind it'],
  },
  {
    ...plain,
    name: 'row-level security with a policy that lets all pass',
    make: `${kv} alter table t enable row level security; create policy p on t using (true) with check (true)`,
    refused: ['ROW_SECURITY', 'disable row level security;'],
  },
  {
    ...plain,
    name: 'row-level security that is forced on its owner',
    make: `${kv} alter table t enable row level security, force row level security`,
    refused: ['ROW_SECURITY', 'disable row level security;'],
  },
  {
    ...plain,
    name: 'row-level security policies that are not enabled',
    make: `${kv} create policy p on t using (false)`,
  },
  {
    ...plain,
    name: 'a composite type',
    make: 'create type t as (k integer, v text)',
    refused: ['NOT_A_TABLE', 'a composite type'],
  },
  {
    ...plain,
    name: 'a table that is not there',
    make: 'create table other (k integer primary key, v text)',
    refused: ['NO_SUCH_TABLE', 't'],
  },
  {
    ...plain,
    name: 'a rule for updates alone',
    make: `${kv} create rule r as on update to t do instead nothing`,
    refused: ['UNSUPPORTED_TABLE', 'DROP RULE'],
  },
  {
    ...plain,
    name: 'a child of two parents',
    make: `create table a (k integer, v text); create table b (k integer, v text); create table t (primary key (k)) inherits (a, b)`,
  },
  {
    ...plain,
    name: 'a child that has a child',
    make: `create table a (k integer, v text); create table t (primary key (k)) inherits (a); create table c () inherits (t)`,
    refused: ['UNSUPPORTED_TABLE', 'Load a child directly'],
  },
  {
    ...plain,
    name: 'a partition that is foreign',
    make: `create foreign data wrapper w; create server s foreign data wrapper w;
      create table t (k integer, v text) partition by range (k); create table t1 (k integer primary key, v text); alter table t attach partition t1 for values from (0) to (3);
      create foreign table t2 partition of t for values from (3) to (9) server s`,
    refused: ['NO_UNIQUE_INDEX', 'no unique index'],
  },
  {
    ...plain,
    name: 'partitions by an expression',
    make: `create table t (k integer, v text) partition by list ((k % 2)); create table t0 partition of t for values in (0); create table t1 partition of t for values in (1)`,
    refused: ['PARTITION_KEY', 'an expression'],
  },
  {
    ...plain,
    name: 'no partition at all',
    make: 'create table t (k integer primary key, v text) partition by range (k)',
    rejects: ['NO_PARTITION', 'NO_PARTITION', 'NO_PARTITION'],
  },
  {
    name: 'partitions by a range of two columns',
    make: `create table t (k integer, w integer, v text, primary key (k, w)) partition by range (k, w);
      create table t1 partition of t for values from (0, minvalue) to (2, 5); create table t2 partition of t for values from (2, 5) to (maxvalue, maxvalue)`,
    header: 'k,w,v',
    key: ['k', 'w'],
    records: ['1,99,a', '2,4,b', '2,5,c', '-1,1,d'],
    changed: '1,99,z',
    rejects: ['NO_PARTITION'],
  },
  {
    name: 'a hash of which a part has no partition',
    make: `create table t (k integer primary key, v text) partition by hash (k); create table t0 partition of t for values with (modulus 1, remainder 0)`,
    ...plain,
  },
  {
    ...plain,
    name: 'a default partition that is partitioned and lacks a part',
    make: `create table t (k integer primary key, v text) partition by range (k); create table t1 partition of t for values from (0) to (2);
      create table td partition of t default partition by range (k); create table td1 partition of td for values from (2) to (3)`,
    rejects: ['NO_PARTITION'],
  },
  {
    ...plain,
    name: 'partitions of which one has a CHECK, a unique index and a trigger of its own',
    make: `create table t (k integer primary key, v text) partition by range (k); create table t1 partition of t for values from (0) to (3);
      create table t2 partition of t for values from (3) to (9); alter table t1 add check (v <> 'b'); create unique index on t1 (v);
      ${trigger('say', 'return new;', 'before insert or update on t1 for each row')}`,
    rejects: ['TARGET_REFUSED'],
  },
  {
    ...plain,
    name: 'another tablespace, its index in a third',
    before: [
      'alter system set allow_in_place_tablespaces = on',
      'select pg_catalog.pg_reload_conf()',
      "create tablespace here location ''",
      "create tablespace there location ''",
    ],
    make: 'create table t (k integer primary key using index tablespace there, v text) tablespace here',
  },
  {
    ...plain,
    name: 'a publication of all that it is, by its whole rows',
    make: `${kv} alter table t replica identity full; create publication p1 for table t`,
  },
  {
    ...plain,
    name: 'a publication whose filter is not of the identity',
    make: `${kv} create publication p2 for table t where (v <> 'x')`,
    refused: ['UNSUPPORTED_TABLE', 'replica identity full;'],
  },
  {
    ...plain,
    name: 'a publication whose columns lack the identity',
    make: 'create table t (id integer primary key default 0, k integer unique, v text); alter table t drop constraint t_pkey; alter table t add primary key (k); create publication p3 for table t (v)',
    refused: ['UNSUPPORTED_TABLE', 'which publishes all of its columns'],
  },
  {
    ...plain,
    name: 'a publication of inserts alone, without an identity',
    make: `create table t (k integer not null unique, v text); create publication p4 for table t with (publish = 'insert')`,
  },
  {
    ...plain,
    name: 'an event trigger that sees what is made',
    make: `${kv} create table seen (what text); create function watch() returns event_trigger language plpgsql set search_path from current as $$ begin insert into seen values (tg_tag); end $$;
      create event trigger watching on ddl_command_end when tag in ('CREATE TABLE') execute function watch()`,
  },
];

const keys: readonly TargetKind[] = [
  {
    name: 'a key whose NULLs are not distinct',
    make: 'create table t (k integer, v text, unique nulls not distinct (k))',
    records: ['1,a', ',b', '3,c'],
    changed: '1,z',
    rejects: ['KEY_NULL'],
  },
  {
    ...plain,
    name: 'a unique index on an expression alone',
    make: 'create table t (k text, v text); create unique index on t (lower(k))',
    refused: ['NO_UNIQUE_INDEX', 'an expression'],
  },
  {
    ...plain,
    name: 'an exclusion constraint in place of a key',
    make: 'create table t (k int4range, v text, exclude using gist (k with &&))',
    refused: ['NO_UNIQUE_INDEX', 'create unique index'],
  },
  {
    ...plain,
    name: 'a unique index that is not valid',
    make: `create table t (k integer, v text); create unique index half on t (k); update pg_catalog.pg_index set indisvalid = false where (indexrelid = 'half'::regclass)`,
    refused: ['NO_UNIQUE_INDEX', 'invalid'],
  },
  {
    ...plain,
    name: 'a deferrable key beside a plain one on the same columns',
    make: 'create table t (k integer primary key deferrable, v text); create unique index on t (k)',
    refused: ['NO_UNIQUE_INDEX', 'deferrable'],
  },
  {
    ...plain,
    name: 'two equal unique indexes on its key, one of them the other way round',
    make: 'create table t (k integer primary key, v text); create unique index on t (k desc nulls first)',
  },
  {
    name: 'a unique index of patterns on its key',
    make: 'create table t (k text, v text); create unique index on t (k text_pattern_ops)',
    records: ['a,1', 'A,2'],
    changed: 'a,3',
  },
  {
    name: 'a key in a collation that takes both cases for one',
    make: `create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false); create table t (k text collate loose primary key, v text)`,
    records: ['a,1', 'b,2'],
    changed: 'A,3',
    left: ['(a,3)', '(b,2)'],
  },
  {
    name: 'keys that are equal and written otherwise: numbers',
    make: 'create table t (k numeric primary key, v text)',
    records: ['1.0,a', '2,b'],
    changed: '1.000,z',
    left: ['(1.0,z)', '(2,b)'],
  },
  {
    name: 'keys that are equal and written otherwise: intervals',
    make: 'create table t (k interval primary key, v text)',
    records: ['30 days,a', '2 days,b'],
    changed: '1 mon,z',
    left: ['("2 days",b)', '("30 days",z)'],
  },
  {
    name: 'keys of numbers: minus zero is zero, and what is no number is none',
    make: 'create table t (k double precision primary key, v text)',
    records: ['-0,a', '1e308,b', 'NaN,c'],
    changed: '0,z',
    rejects: ['INVALID_NUMBER'],
  },
  {
    name: 'keys of jsonb',
    make: 'create table t (k jsonb primary key, v text)',
    records: ['"{""a"": 1, ""b"": 2}",a', '1.0,b'],
    changed: '"{""b"":2,""a"":1}",z',
  },
  {
    name: 'nothing but its key',
    make: 'create table t (k integer primary key)',
    header: 'k',
    records: ['1', '2'],
    changed: '3',
    second: { inserted: 1, unchanged: 1 },
  },
  {
    name: 'a key that is larger than an index can hold',
    make: 'create table t (k text primary key, v text)',
    records: [`${noise(9_000)},a`, 'x,b'],
    changed: `${noise(9_000)},c`,
    rejects: ['TARGET_REFUSED'],
    second: { rejected: 1, unchanged: 1 },
  },
  {
    name: 'a key of 32 columns',
    make: `create table t (${list(32, (i) => `k${i} integer`)}, v text, primary key (${list(32, (i) => `k${i}`)}))`,
    header: `${list(32, (i) => `k${i}`)},v`,
    key: Array.from({ length: 32 }, (_, i) => `k${i}`),
    records: [`${list(32, String)},a`, `${list(32, (i) => String(i + 1))},b`],
    changed: `${list(32, String)},z`,
  },
];

const named: readonly TargetKind[] = [
  {
    ...plain,
    name: 'a table that is called excluded',
    make: 'create table excluded (k integer primary key, v text)',
    table: 'excluded',
  },
  {
    name: 'columns that are called as the statements call theirs',
    make: 'create table s (s integer primary key, t integer, target integer, source integer, excluded integer, record_no integer, verdict integer, k integer)',
    table: 's',
    header: 's,t,target,source,excluded,record_no,verdict,k',
    records: ['1,1,1,1,1,1,1,1', '2,2,2,2,2,2,2,2'],
    changed: '1,1,1,1,9,1,1,1',
  },
  {
    ...plain,
    name: 'names of 63 bytes that differ in the last',
    make: `create table ${'n'.repeat(63)} (k integer primary key, ${'c'.repeat(62)}1 text, ${'c'.repeat(62)}2 text)`,
    table: 'n'.repeat(63),
    header: `k,${'c'.repeat(62)}1,${'c'.repeat(62)}2`,
    records: ['1,a,b', '2,c,d'],
    changed: '1,a,z',
  },
  {
    name: 'names with percent signs, dollars, backslashes and semicolons',
    make: String.raw`create table "t;--" (k integer primary key, "%s %I" integer, "$1" integer, "a\b" integer, "'';drop table t" integer)`,
    table: '"t;--"',
    header: String.raw`k,%s %I,$1,a\b,'';drop table t`,
    records: ['1,1,1,1,1', '2,2,2,2,2'],
    changed: '1,1,1,9,1',
  },
  {
    name: 'a type, a domain and an enum of odd names and labels',
    make: `create type "My Mood" as enum ('so, so', 'it''s "ok"', '日本', ' '); create domain "D 1" as "My Mood"; create table t (k integer primary key, v "D 1")`,
    records: ['1,"so, so"', '2,"it\'s ""ok"""', '3,日本'],
    changed: '1,日本',
  },
];

const triggers: readonly TargetKind[] = [
  {
    ...plain,
    name: 'a BEFORE trigger that gives back the row as it was',
    make: `${kv} ${trigger('old', "if tg_op = 'UPDATE' then return old; end if; return new;", 'before insert or update on t for each row')}`,
    said: { beforeTriggers: ['old'] },
    left: ['(1,a)', '(2,b)', '(3,c)'],
  },
  {
    ...plain,
    name: 'an AFTER trigger that writes the row once more',
    make: `create table t (k integer primary key, v text, n integer default 0);
      ${trigger('again', 'update t set n = n + 1 where (k = new.k) and (pg_trigger_depth() = 1); return null;', 'after insert or update on t for each row')}`,
    left: ['(1,z,2)', '(2,b,1)', '(3,c,1)'],
    undone: 'as triggers make it',
  },
  {
    ...plain,
    name: 'a BEFORE trigger that sets who and when',
    make: `create table t (k integer primary key, v text, at timestamptz, by text);
      ${trigger('who', 'new.at := clock_timestamp(); new.by := session_user; return new;', 'before insert or update on t for each row')}`,
    undone: 'as triggers make it',
  },
  {
    ...plain,
    name: 'triggers with WHEN and of some columns',
    make: `create table t (k integer primary key, v text); create table log (k integer, v text);
      create function say() returns trigger language plpgsql set search_path from current as $$ begin insert into log values (new.k, new.v); return null; end $$;
      create trigger one after update of v on t for each row when (old.v is distinct from new.v) execute function say()`,
  },
  {
    ...plain,
    name: 'a trigger of a replica, which is not of this server',
    make: `${kv} ${trigger('never', "raise exception 'of a replica';", 'before insert or update on t for each row')} alter table t enable replica trigger never`,
  },
  {
    ...plain,
    name: 'a trigger that is always on',
    make: `${kv} ${trigger('on_', 'return new;', 'before insert or update on t for each row')} alter table t enable always trigger on_`,
  },
  {
    ...plain,
    name: 'a statement trigger that refuses every statement',
    make: `${kv} ${trigger('no', "raise exception 'closed';", 'before insert on t for each statement')}`,
    rejects: ['TARGET_REFUSED', 'TARGET_REFUSED', 'TARGET_REFUSED'],
  },
  {
    ...plain,
    name: 'statement triggers with the rows before and after',
    make: `${kv} create table log (was text, is_ text);
      create function say() returns trigger language plpgsql set search_path from current as $$ begin insert into log select o.v, n.v from o join n using (k); return null; end $$;
      create trigger say after update on t referencing old table as o new table as n for each statement execute function say()`,
  },
  {
    ...plain,
    name: 'a BEFORE trigger that swallows updates alone',
    make: `${kv} ${trigger('no', "if tg_op = 'UPDATE' then return null; end if; return new;", 'before insert or update on t for each row')}`,
    second: { rejected: 1, unchanged: 2 },
    left: ['(1,a)', '(2,b)', '(3,c)'],
  },
];

const columns: readonly TargetKind[] = [
  {
    name: 'a default that divides by nothing',
    make: 'create table t (k integer primary key, v integer, w integer default (1 / 0))',
    records: ['1,1', '2,2'],
    changed: '1,3',
    rejects: ['TARGET_REFUSED', 'TARGET_REFUSED'],
  },
  {
    name: 'a generated column that some rows cannot have',
    make: 'create table t (k integer primary key, v integer, w integer generated always as (10 / v) stored)',
    records: ['1,1', '2,0', '3,5'],
    changed: '1,2',
    rejects: ['TARGET_REFUSED'],
  },
  {
    name: 'an index on an expression that some rows cannot have',
    make: 'create table t (k integer primary key, v integer); create index on t ((10 / v))',
    records: ['1,1', '2,0', '3,5'],
    changed: '1,2',
    rejects: ['TARGET_REFUSED'],
  },
  {
    name: 'a sequence that is at its end',
    make: "create sequence few maxvalue 2; create table t (k integer primary key, v text, no integer default nextval('few'))",
    records: ['1,a', '2,b'],
    changed: '1,z',
  },
  {
    name: 'a CHECK by a function that raises',
    make: `create function ok(v text) returns boolean language plpgsql as $$ begin if v = 'b' then raise exception 'no b'; end if; return true; end $$;
      create table t (k integer primary key, v text check (ok(v)))`,
    records: ['1,a', '2,b', '3,c'],
    changed: '1,z',
    rejects: ['CHECK_ERROR'],
  },
  {
    name: 'a domain that is NOT NULL, and one with a default',
    make: `create domain must as text not null; create domain dflt as integer default 7; create table t (k integer primary key, v must, n dflt)`,
    records: ['1,a', '2,', '3,c'],
    changed: '1,z',
    rejects: ['NOT_NULL'],
    left: ['(1,z,7)', '(3,c,7)'],
  },
  {
    name: 'values of a megabyte, compressible or not',
    make: 'create table t (k integer primary key, v text, w text storage external)',
    header: 'k,v,w',
    records: [`1,${'a'.repeat(400_000)},${noise(400_000)}`, `2,b,c`],
    changed: `1,${'a'.repeat(400_000)},${noise(399_999)}b`,
  },
  {
    name: 'numbers that are none, and moments that never come, which no file brings',
    make: 'create table t (k integer primary key, a numeric, b real, c date, d timestamptz)',
    header: 'k,a,b,c,d',
    records: [
      '1,1,1,2024-01-01,2024-01-01T00:00:00Z',
      '2,Infinity,1,2024-01-01,2024-01-01T00:00:00Z',
      '3,1,1,infinity,2024-01-01T00:00:00Z',
    ],
    changed: '1,1,1,2024-01-02,2024-01-01T00:00:00Z',
    rejects: ['INVALID_DATE', 'INVALID_NUMBER'],
  },
  {
    name: 'arrays that begin elsewhere',
    make: 'create table t (k integer primary key, v integer[])',
    records: ['1,"[0:1]={1,2}"', '2,"{1,2}"'],
    changed: '1,"{1,2}"',
  },
  {
    name: 'domains over composites, arrays and ranges',
    make: `create type pair as (n integer, s text); create domain dp as pair check ((value).n > 0); create domain da as integer[] check (array_length(value, 1) < 3);
      create domain dr as int4range check (not isempty(value)); create table t (k integer primary key, p dp, a da, r dr, many dp[])`,
    header: 'k,p,a,r,many',
    records: [
      '1,"(1,a)","{1,2}","[1,5)","{""(1,x)""}"',
      '2,"(0,a)","{1}","[1,2)",{}',
      '3,"(2,b)","{1,2,3}","[1,2)",{}',
    ],
    changed: '1,"(1,b)","{1,2}","[1,5)","{""(1,x)""}"',
    rejects: ['DOMAIN', 'DOMAIN'],
  },
  {
    name: 'a foreign key to a partitioned table, and one that is not valid yet',
    make: `create table p (k integer primary key) partition by range (k); create table p1 partition of p for values from (0) to (10); insert into p values (1), (2);
      create table t (k integer primary key, v integer references p, w integer); alter table t add foreign key (w) references p not valid`,
    header: 'k,v,w',
    records: ['1,1,1', '2,9,1', '3,1,9'],
    changed: '1,2,2',
    rejects: ['FOREIGN_KEY', 'FOREIGN_KEY'],
  },
  {
    name: 'children that follow with ON UPDATE and ON DELETE CASCADE',
    make: `${kv} create table child (k integer references t on update cascade on delete cascade); `,
    ...plain,
  },
  {
    name: 'tables that refer to each other',
    make: `create table t (k integer primary key, v integer); create table o (k integer primary key, t integer references t); alter table t add foreign key (v) references o deferrable initially deferred;
      insert into o values (5, null)`,
    records: ['1,5', '2,6', '3,'],
    changed: '1,',
    rejects: ['FOREIGN_KEY'],
  },
  {
    name: '1,600 columns, as many as there can be',
    make: `create table t (k integer primary key, ${list(1_599, (i) => `c${i} smallint`)})`,
    header: `k,${list(1_599, (i) => `c${i}`)}`,
    records: [`1,${list(1_599, () => '1')}`, `2,${list(1_599, () => '')}`],
    changed: `1,${list(1_599, () => '2')}`,
    refused: ['TOO_MANY_COLUMNS', 'at most 1598'],
  },
];

/** All of them. */
export const hostileTables: readonly TargetKind[] = [...relations, ...keys, ...named, ...triggers, ...columns];

function list(n: number, each: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => each(i)).join(',');
}

/** Letters that no compression makes much shorter. */
function noise(n: number): string {
  let state = 12_345;
  let letters = '';
  while (letters.length < n) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    letters += state.toString(36);
  }
  return letters.slice(0, n);
}
