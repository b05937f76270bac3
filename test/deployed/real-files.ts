import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import { packageFolder } from '../../project/own-package.ts';
import type { World } from './world/world.ts';

interface RealFile {
  readonly columns: string;
  readonly records: number;
  /** Of the table's rows, a text. */
  readonly figure: string;
  readonly equals: string;
  readonly how?: Readonly<Record<string, unknown>>;
}

/** Of the npm package vega-datasets. Records and sums of JSON and CSV are Python's (json, csv, decimal), those of Parquet are pyarrow's. */
const files: Readonly<Record<string, RealFile>> = {
  'species.csv': {
    columns: `item_id text, common_name text, scientific_name text, gap_species_code text, county_id integer,
      habitat_yearround_pct numeric, primary key (item_id, county_id)`,
    records: 12_360,
    figure: 'sum(habitat_yearround_pct)::text',
    equals: '6215.0666',
    how: { businessKey: ['item_id', 'county_id'] },
  },
  'movies.json': {
    columns: `"Title" text, "US Gross" bigint, "Worldwide Gross" bigint, "US DVD Sales" bigint, "Production Budget" bigint,
      "Release Date" text, "MPAA Rating" text, "Running Time min" integer, "Distributor" text, "Source" text, "Major Genre" text,
      "Creative Type" text, "Director" text, "Rotten Tomatoes Rating" integer, "IMDB Rating" numeric, "IMDB Votes" integer`,
    records: 3_201,
    figure: `sum("US Gross")::text || ' ' || count("IMDB Rating")`,
    equals: '140542660013 2988',
  },
  'flights-200k.json': {
    columns: 'delay integer, distance integer, "time" double precision',
    records: 200_000,
    figure: `sum(delay) || ' ' || sum(distance)`,
    equals: '1500159 145847125',
  },
  'flights-3m.parquet': {
    columns: '"date" timestamp, delay bigint, distance bigint, origin text, destination text',
    records: 3_000_000,
    figure: `sum(delay) || ' ' || sum(distance)`,
    equals: '20003603 2194861208',
    how: { conflict: { rule: 'append' }, format: 'parquet' },
  },
};

/** What partners really publish, a format each: every record is in the table, by figures that another reader found in the file. */
export function realFiles(world: () => World): void {
  describe('real data', () => {
    test.each(Object.entries(files))('of %s', { timeout: 420_000 }, async (name, real) => {
      const { put, bucket, execute, report, rows, run } = world();
      await run(`drop table if exists public.real; create table public.real (${real.columns})`);
      const content = await readFile(join(packageFolder, 'node_modules/vega-datasets/data', name));
      const { key, versionId, ...object } = await put(await bucket({ versioned: true }), `real/${name}`, content);
      const { how = { conflict: { rule: 'append' } } } = real;
      const { status, output } = await execute({ bucket: object.bucket, key, versionId, into: 'public.real', ...how });
      expect(status).toBe('SUCCEEDED');
      expect(await report(output?.loadId ?? 0)).toMatchObject({
        outcome: 'LOADED',
        counts: { records: real.records, rejected: 0, inserted: real.records },
      });
      const found = trustedSql(`select count(*)::int as n, ${real.figure} as figure from public.real`);
      expect(await rows(found)).toEqual([{ n: real.records, figure: real.equals }]);
    });
  });
}
