import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { many, transaction, withClient } from '../../functions/db/client.ts';
import { isOdd, oddDays, type ZoneJump } from '../../functions/formats/shared/zone-jumps.ts';
import { selectZoneJumps } from '../../functions/stage/zone-jumps-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Rules by weeks and by years' lists, winter as the exception, jumps of half an hour and of a whole day, two jumps within four days. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
  'Africa/Freetown',
  'Africa/Casablanca',
  'Europe/Dublin',
  'America/Recife',
  'Asia/Tokyo',
];

test.each(zones)('a local time of %s is odd where no moment or more than one reads so', async (timeZone) => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    transaction(db, { timeZone }, async () => {
      const jumps = await many<ZoneJump>(db, selectZoneJumps);
      const odd = oddDays(jumps);
      if (odd === null) throw new Error(`${timeZone} has no jumps`);
      const edges = jumps.flatMap(({ start, end }) => [start - 1, start, end - 1, end, start - 86_400, end + 86_400]);
      // on the days of the jumps of 2001 to 2087, in the years whose calendar is the same up to 9999, and in any hour
      const shifted = edges.flatMap((at, i) => [at, at + (i % 19) * 400 * 31_556_952]);
      const spread = Array.from({ length: 4000 }, (_, i) => -62_135_596_800 + i * 78_894_321);
      const local = [...shifted, ...spread].filter((at) => at >= -62_135_596_800 && at < 253_402_300_800);
      const rows = await many<{ cell: string; readings: number }>(
        db,
        sql`
          select to_char(clock.shown, 'YYYY-MM-DD HH24:MI:SS') as cell,
            (
              select count(distinct moment.at)::integer
              from generate_series(clock.shown - interval '2 days', clock.shown + interval '2 days', interval '12 hours') as probe (at)
              cross join lateral (
                select clock.shown - ((probe.at at time zone 'UTC') at time zone ${timeZone} - probe.at) as at
              ) as moment
              where ((moment.at at time zone 'UTC') at time zone ${timeZone} = clock.shown)
            ) as readings
          from unnest(${local}::float8[]) as local (at)
          cross join lateral (select timestamp '1970-01-01' + local.at * interval '1 second' as shown) as clock`,
      );
      const wrong = rows.filter(({ cell, readings }) => isOdd(odd, Buffer.from(cell), 0) !== (readings !== 1));
      expect(wrong).toEqual([]);
      expect(rows.filter(({ readings }) => readings !== 1).length).toBeGreaterThan(jumps.length);
    }),
  );
});
