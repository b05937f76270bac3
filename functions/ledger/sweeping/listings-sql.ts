import { sql, type Sql } from '../../core/sql.ts';

/** What is listed: the objects under a dataset's prefix. */
export interface Listed {
  readonly dataset: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** Of the listings that were asked for, by their place from 0: behind which key it goes on; null: from the beginning. */
export interface ListingRow {
  readonly place: number;
  readonly after_key: string | null;
}

/** How far each has come, the one that nobody has looked at for the longest first. */
export function selectListings(listed: readonly Listed[]): Sql {
  return sql`
    select (wanted.place operator(pg_catalog.-) 1)::pg_catalog.int4 as place, listings.after_key
    from ${wanted(listed)}
    left join landfall.listings on ${isSame}
    order by listings.listed_at nulls first, wanted.place`;
}

/** Keeps how far one has come; `rounded`: to its end. */
export function upsertListing(
  { dataset, bucket, prefix }: Listed,
  { after, rounded }: { readonly after: string | null; readonly rounded: boolean },
): Sql {
  return sql`
    insert into landfall.listings as kept (dataset, bucket, prefix, after_key, rounded_at)
    values (${dataset}, ${bucket}, ${prefix}, ${after},
      case when ${rounded}::pg_catalog.bool then pg_catalog.clock_timestamp() end)
    on conflict (dataset, bucket, prefix) do update
    set after_key = excluded.after_key,
      listed_at = pg_catalog.clock_timestamp(),
      rounded_at = coalesce(excluded.rounded_at, kept.rounded_at)`;
}

/** Whole hours since the one that came to its end the longest ago did, or since it was begun; 0 where none was begun. */
export function selectOldestListing(listed: readonly Listed[]): Sql {
  return sql`
    select coalesce(
      pg_catalog.floor(pg_catalog.max(pg_catalog.date_part('epoch',
        pg_catalog.clock_timestamp() operator(pg_catalog.-) coalesce(listings.rounded_at, listings.began_at)
      )) operator(pg_catalog./) 3600),
      0
    )::pg_catalog.int4 as hours
    from ${wanted(listed)}
    join landfall.listings on ${isSame}`;
}

const isSame = sql`
  (listings.dataset operator(pg_catalog.=) wanted.dataset)
  and (listings.bucket operator(pg_catalog.=) wanted.bucket)
  and (listings.prefix operator(pg_catalog.=) wanted.prefix)`;

function wanted(listed: readonly Listed[]): Sql {
  return sql`rows from (
      pg_catalog.unnest(${listed.map(({ dataset }) => dataset)}::pg_catalog.text[]),
      pg_catalog.unnest(${listed.map(({ bucket }) => bucket)}::pg_catalog.text[]),
      pg_catalog.unnest(${listed.map(({ prefix }) => prefix)}::pg_catalog.text[])
    ) with ordinality as wanted (dataset, bucket, prefix, place)`;
}
