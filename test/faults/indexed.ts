import { setTimeout as sleep } from 'node:timers/promises';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { one, withClient } from '../../functions/db/client.ts';
import { isDatabaseAway } from '../../functions/db/errors.ts';
import { TryAgain } from '../../functions/protocol/errors.ts';
import { outside } from '../support/outside.ts';
import { query } from './orders.ts';

/** Names of the indexes that a load drops. */
const dropped = ['t_all', 't_n', 't_slow', 't_usual'];

/** An empty table and ledger. Building t_slow takes half a second or so, of no processor. */
export async function createIndexed(url: string): Promise<void> {
  await withClient({ connectionString: url, applicationName: 'test' }, (db) =>
    outside(
      db,
      trustedSql(`
        drop table if exists public.t;
        drop role if exists shop;
        create role shop;
        truncate landfall.loads, landfall.objects, landfall.slices, landfall.batches, landfall.rejects, landfall.leases, landfall.waiters, landfall.indexes
          restart identity;
        create or replace function public.slowly(n integer) returns integer immutable strict language plpgsql as
          $$ begin if n % 20 = 0 then perform pg_catalog.pg_sleep(0.001); end if; return n; end $$;
        create table public.t (id integer primary key, n integer, name text);
        create index t_all on public.t ((n * 2), upper(name)) include (id) with (fillfactor = 66) tablespace elsewhere where n >= 0;
        comment on index public.t_all is 'it''s \\ kept';
        alter index public.t_all alter column 1 set statistics 345;
        alter index public.t_all alter column 2 set statistics 0;
        create index t_slow on public.t (public.slowly(n)) tablespace elsewhere;
        create index t_usual on public.t (name desc nulls last) with (deduplicate_items = off);
        set default_tablespace = '';
        create index t_n on public.t (n);
        alter table public.t cluster on t_n;
        alter table public.t owner to shop`),
    ),
  );
}

/** All that a person sees of them, by name. */
export async function indexesOfT(url: string): Promise<readonly object[]> {
  return await query(
    url,
    `select c.relname as name, pg_get_indexdef(c.oid) as definition, obj_description(c.oid, 'pg_class') as comment, c.reloptions,
      (select spcname from pg_tablespace as s where (s.oid = c.reltablespace)) as tablespace,
      pg_get_userbyid(c.relowner) as owner, i.indisvalid, i.indisready, i.indisclustered,
      (select json_agg(json_build_array(attname, attstattarget) order by attnum) from pg_attribute where (attrelid = c.oid)) as columns
    from pg_index as i
    join pg_class as c on (c.oid = i.indexrelid)
    where (i.indrelid = 'public.t'::regclass)
    order by c.relname`,
  );
}

/** One look: slices that are staged; indexes that are not there or not valid; of those the ones without a row; rows of some that are back. */
export interface Watched {
  readonly staged: number;
  readonly missing: readonly string[];
  readonly unlisted: readonly string[];
  readonly back: number;
}

const look = sql`
  select
    (select count(*)::integer from landfall.slices where (staged_at is not null)) as staged,
    (select count(*)::integer from landfall.indexes where (rebuilt_at is not null)) as back,
    coalesce(json_agg(name) filter (where not there), '[]') as missing,
    coalesce(json_agg(name) filter (where not (there or listed)), '[]') as unlisted
  from (
    select name,
      exists (
        select
        from pg_index as i
        join pg_class as c on (c.oid = i.indexrelid)
        where (i.indrelid = to_regclass('public.t')) and (c.relname = name) and i.indisvalid
      ) as there,
      exists (select from landfall.indexes where (index_name = name) and (rebuilt_at is null)) as listed
    from unnest(${dropped}::text[]) as wanted (name)
  ) as seen`;

/** Looks all the time, each time in one statement, also across a crash of the server. */
export function watchIndexes(url: string): {
  last(): Watched;
  until(holds: (look: Watched) => boolean): Promise<void>;
  /** Every name that a look found missing, or missing without its row. */
  end(): Promise<{ missing: readonly string[]; unlisted: readonly string[] }>;
} {
  const [missing, unlisted] = [new Set<string>(), new Set<string>()];
  let isOver = false;
  let last: Watched = { staged: 0, missing: [], unlisted: [], back: 0 };
  const watching = (async () => {
    while (!isOver) {
      try {
        await withClient({ connectionString: url, applicationName: 'test' }, async (db) => {
          while (!isOver) {
            last = await one<Watched>(db, look);
            for (const name of last.missing) missing.add(name);
            for (const name of last.unlisted) unlisted.add(name);
            await sleep(2);
          }
        });
      } catch (error) {
        if (!isDatabaseAway(error) && !(error instanceof TryAgain)) throw error;
        await sleep(20);
      }
    }
  })();
  // who ends it hears of it; who waits for a moment waits no more
  watching.catch(() => (isOver = true));
  return {
    last: () => last,
    async until(holds) {
      while (!holds(last) && !isOver) await sleep(2);
    },
    async end() {
      isOver = true;
      await watching;
      return { missing: [...missing].toSorted(), unlisted: [...unlisted].toSorted() };
    },
  };
}

/** All that were dropped are back. */
export function allBack({ missing, back }: Watched): boolean {
  return missing.length === 0 && back >= dropped.length;
}
