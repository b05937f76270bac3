import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../support/packed.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { kinds } from './all.ts';
import { textTable } from './hostile-file.ts';
import { judge } from './judge.ts';

// What comes in and is wrong, or looks so: each file is loaded with the rows that it has, or refused with code and place.

/** `npm run test:hostile` sets it: which share of the files is loaded, from 0 to 1. */
const share = Number(process.env['LANDFALL_HOSTILE_SHARE'] ?? 0.005);
const seed = Number(process.env['LANDFALL_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Where problems are written as they are found, for who watches a long run. */
const log = process.env['LANDFALL_HOSTILE_LOG'];

describe(`hostile files of LANDFALL_TEST_SEED=${seed}`, () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline('select 1');
  });
  afterAll(() => pipeline.end());
  const made = new Set<string>();
  const chosen = seeded(seed + 1);

  it.each(Object.keys(kinds))('%s', { timeout: 7_200_000 }, async (kind) => {
    const files = kinds[kind]?.(seeded(seed)) ?? [];
    const problems: string[] = [];
    let loaded = 0;
    for (const [i, file] of files.entries()) {
      if (chosen() >= share) continue;
      const { name, ddl } = file.table ?? textTable;
      if (!made.has(name)) await pipeline.run(ddl);
      made.add(name);
      const wrong = await judge(pipeline, file, `${kind.replaceAll(' ', '-')}-${i}.${file.suffix}`);
      problems.push(...wrong.map((one) => `${kind}, file ${i}, ${file.name}: ${one}`));
      loaded += 1;
      if (log !== undefined && wrong.length > 0) appendFileSync(log, `${problems.slice(-wrong.length).join('\n')}\n`);
    }
    if (log !== undefined) {
      const megabytes = Math.round(process.memoryUsage().rss / 1024 / 1024);
      appendFileSync(
        log,
        `== ${kind}: ${loaded} of ${files.length} files, ${problems.length} problems, ${megabytes} MiB\n`,
      );
    }
    expect(problems).toStrictEqual([]);
  });
});
