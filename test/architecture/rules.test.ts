import { describe, expect, test } from 'vitest';
import { rules } from './rules.ts';
import { readSource } from './source-file.ts';

/** For each rule: files that break it, and the nearest thing that does not. */
const planted: Readonly<Record<keyof typeof rules, { breaches: readonly Planted[]; allowed: readonly Planted[] }>> = {
  'steps never import each other': {
    breaches: [
      ['functions/merge/step.ts', `import { f } from '../stage/step.ts';`],
      ['functions/merge/step.ts', `import type { F } from '../transform/sql.ts';`],
      ['functions/recorder/step.ts', `export { f } from '../report/render.ts';`],
      ['functions/stage/deep/a.ts', `type F = import('../../extract/step.ts').F;`],
    ],
    allowed: [['functions/merge/step.ts', `import { f } from './sql.ts'; import { g } from '../core/g.ts';`]],
  },
  'folders of functions import only what lies below them': {
    breaches: [
      ['functions/ledger/a.ts', `import { f } from '../stage/step.ts';`],
      ['functions/ledger/loads/a.ts', `import type { Env } from '../../runtime/env.ts';`],
      ['functions/formats/delimited/a.ts', `import { f } from '../../decoding/gzip.ts';`],
      ['functions/protocol/a.ts', `import { plural } from '../words/quantities.ts';`],
      ['functions/compile/a.ts', `import type { Db } from '../db/client.ts';`],
      ['functions/merge/a.ts', `import { migrate } from '../migrate/migrate.ts';`],
    ],
    allowed: [
      ['functions/ledger/loads/a.ts', `import { f } from '../../core/staging.ts'; import { g } from '../slices/g.ts';`],
      ['functions/stage/a.ts', `import { withDb } from '../runtime/database.ts'; import pg from 'pg';`],
    ],
  },
  'a folder of functions is a layer or a step': {
    breaches: [['functions/helpers/a.ts', `export const a = 1;`]],
    allowed: [
      ['functions/stage/a.ts', `export const a = 1;`],
      ['functions/core/a.ts', `export const a = 1;`],
    ],
  },
  'core does no I/O and imports nothing outside core': {
    breaches: [
      ['functions/core/a.ts', `import { readFileSync } from 'node:fs';`],
      ['functions/core/a.ts', `import fs from 'fs/promises';`],
      ['functions/core/a.ts', `import { z } from 'zod';`],
      ['functions/core/a.ts', `import type { Outcome } from '../protocol/outcomes.ts';`],
    ],
    allowed: [['functions/core/a.ts', `import { createHash } from 'node:crypto'; import { b } from './b.ts';`]],
  },
  'formats do no I/O and import only formats, cleaning and core': {
    breaches: [
      ['functions/formats/csv.ts', `import { createReadStream } from 'node:fs';`],
      ['functions/formats/csv.ts', `import { Readable } from 'node:stream';`],
      ['functions/formats/csv.ts', `import { store } from '../objects/store.ts';`],
    ],
    allowed: [
      ['functions/formats/csv.ts', `import { isUtf8 } from 'node:buffer'; import { c } from '../core/contract.ts';`],
    ],
  },
  'cleaning steps do no I/O and import only each other and core': {
    breaches: [
      ['functions/cleaning/trim.ts', `import { many } from '../db/client.ts';`],
      ['functions/cleaning/trim.ts', `import { isPlain } from '../formats/shared/plain-forms.ts';`],
      ['functions/cleaning/trim.ts', `import { z } from 'zod';`],
    ],
    allowed: [['functions/cleaning/trim.ts', `import type { ContractColumn } from '../core/contract.ts';`]],
  },
  'conflict rules do no I/O and import only each other and core': {
    breaches: [
      ['functions/conflict/patch.ts', `import { many } from '../db/client.ts';`],
      // the command reads the rules at its start
      ['functions/conflict/patch.ts', `import { z } from 'zod';`],
      ['functions/conflict/patch.ts', `import type { Format } from '../formats/format.ts';`],
    ],
    allowed: [
      [
        'functions/conflict/patch.ts',
        `import { sql } from '../core/sql.ts'; import type { ConflictRule } from './rule.ts';`,
      ],
    ],
  },
  'protocol does no I/O and imports only protocol, core and zod': {
    breaches: [
      ['functions/protocol/a.ts', `import { connect } from 'node:net';`],
      ['functions/protocol/a.ts', `import { d } from '../datasets/schema.ts';`],
    ],
    allowed: [['functions/protocol/a.ts', `import { z } from 'zod'; import { s } from './states.ts';`]],
  },
  'a file of functions that builds SQL runs none': {
    breaches: [
      ['functions/merge/write.ts', "import { many } from '../db/client.ts'; export const a = sql`select 1`;"],
      ['functions/merge/a.ts', "import { type Db, many } from '../db/client.ts'; const a = () => sql`select 1`;"],
      ['functions/ledger/loads/a.ts', "import pg from 'pg'; export const a = sql`select 1`;"],
      ['functions/db/sheltered.ts', "export const a = sql`select 1`; await db.query('commit');"],
    ],
    allowed: [
      ['functions/merge/a.ts', "import type { Db } from '../db/client.ts'; export const a = sql`select ${1}`;"],
      ['functions/merge/a.ts', "import { many } from '../db/client.ts'; await db.query('savepoint part');"],
      [
        ['functions/db/sheltered.ts', "import { selectFound } from './sheltered-sql.ts'; await many(db, selectFound);"],
        ['functions/db/sheltered-sql.ts', 'export const selectFound = sql`select 1`;'],
      ],
    ],
  },
  'only functions/db imports the PostgreSQL driver': {
    breaches: [
      ['functions/stage/step.ts', `import pg from 'pg';`],
      ['localstack/embedded/a.ts', `import { from } from 'pg-copy-streams';`],
      ['functions/ledger/a.ts', `import { x } from 'pg/lib/client.js';`],
    ],
    allowed: [
      ['functions/db/client.ts', `import pg from 'pg';`],
      ['test/db/a.test.ts', `import pg from 'pg';`],
    ],
  },
  'only functions/objects, db and aws import the AWS SDK, and localstack for what it deploys': {
    breaches: [
      ['functions/extract/step.ts', `const { S3Client } = await import('@aws-sdk/client-s3');`],
      ['functions/sweep/step.ts', `import { SFNClient } from '@aws-sdk/client-sfn';`],
    ],
    allowed: [
      ['functions/objects/s3.ts', `import { S3Client } from '@aws-sdk/client-s3';`],
      ['functions/aws/executions.ts', `import { SFNClient } from '@aws-sdk/client-sfn';`],
      ['localstack/deploy/main.ts', `import { SFNClient } from '@aws-sdk/client-sfn';`],
    ],
  },
  'functions never import cli, localstack, infra, project or test': {
    breaches: [
      ['functions/runtime/a.ts', `import { f } from '../../localstack/embedded/a.ts';`],
      ['functions/runtime/a.ts', `import { f } from '../../test/support/a.ts';`],
      ['functions/runtime/a.ts', `import { f } from '../../infra/settings.ts';`],
      ['functions/runtime/a.ts', `import { f } from '../../project/open-project.ts';`],
    ],
    allowed: [['functions/runtime/a.ts', `import { f } from '../core/a.ts';`]],
  },
  'handlers are imported by nobody, but by the one call that makes all of theirs': {
    breaches: [
      ['localstack/embedded/a.ts', `import { handler } from '../../functions/stage/handler.ts';`],
      ['functions/stage/a.ts', `await import('./handler.ts');`],
      ['functions/whole/a.ts', `import { handler } from '../stage/handler.ts';`],
    ],
    allowed: [
      ['functions/whole/handler.ts', `import { handler } from '../stage/handler.ts';`],
      ['localstack/embedded/a.ts', `await import(pathOfHandler);`],
    ],
  },
  'infra imports only infra, project, protocol, datasets, compile, the CDK, esbuild and zod': {
    breaches: [
      ['infra/a.ts', `import { ident } from '../functions/core/sql.ts';`],
      ['infra/a.ts', `import { f } from '../cli/a.ts';`],
    ],
    allowed: [
      [
        'infra/a.ts',
        `import { steps } from '../functions/protocol/pipeline.ts'; import { Stack } from 'aws-cdk-lib/core';`,
      ],
    ],
  },
  'project imports only project, compile and words, and knows neither database nor store': {
    breaches: [
      ['project/a.ts', `import { one } from '../functions/db/client.ts';`],
      ['project/a.ts', `import { f } from '../cli/context.ts';`],
    ],
    allowed: [
      [
        'project/a.ts',
        `import { x } from '../functions/compile/declaration/schema.ts'; import { glob } from 'tinyglobby';`,
      ],
    ],
  },
  'cli and localstack never import infra or test': {
    breaches: [['cli/a.ts', `import { f } from '../infra/settings.ts';`]],
    allowed: [['cli/a.ts', `import { f } from '../functions/core/a.ts';`]],
  },
  'what infra takes from functions is pure, all the way down': {
    breaches: [
      [
        ['infra/a.ts', `import { all } from '../functions/datasets/all.ts';`],
        ['functions/datasets/all.ts', `import { b } from '../core/b.ts';`],
        ['functions/core/b.ts', `import { readdirSync } from 'node:fs';`],
      ],
    ],
    allowed: [
      [
        ['infra/a.ts', `import { all } from '../functions/datasets/all.ts';`],
        ['functions/datasets/all.ts', `import { z } from 'zod'; import type { C } from './compile.ts';`],
        [
          'functions/compile/compile.ts',
          `import { many } from '../db/client.ts'; import { readFileSync } from 'node:fs';`,
        ],
      ],
    ],
  },
  'only functions/runtime reads the environment, within functions': {
    breaches: [
      ['functions/stage/a.ts', `export const a = process.env.HOME;`],
      ['functions/stage/a.ts', `const { env } = process;`],
      ['functions/stage/a.ts', `const p = globalThis.process;`],
      ['functions/stage/a.ts', `export const a = process['env'];`],
      ['functions/stage/a.ts', `import { env } from 'node:process';`],
    ],
    allowed: [
      ['functions/stage/a.ts', `process.stdout.write('process.env'); export const pid = process.pid;`],
      ['functions/runtime/env.ts', `export const a = process.env.HOME;`],
    ],
  },
  'one writer a process to stdout and stderr': {
    breaches: [
      ['cli/a.ts', `process.stdout.write('x');`],
      ['cli/a.ts', `const { env, stderr } = process;`],
      ['cli/a.ts', `process['stderr'].write('x');`],
      ['functions/stage/a.ts', `console.log('x');`],
      ['infra/a.ts', `import { Console } from 'node:console';`],
    ],
    allowed: [
      ['cli/terminal.ts', `process.stdout.write('x');`],
      ['functions/stage/a.ts', `const stdout = child.stdout; const { env } = process;`],
    ],
  },
  'only functions/ledger and migrations write the ledger': {
    breaches: [
      [
        'functions/merge/sql.ts',
        'export const a = sql`\n  with x as (select 1)\n  insert into landfall.batches select 1`;',
      ],
      ['functions/merge/sql.ts', 'export const a = sql`update landfall.slices set records = ${n}`;'],
      ['functions/merge/sql.ts', `export const a = 'DELETE FROM "landfall" . rejects';`],
      ['cli/a.ts', "export const a = sql`insert into ${ident('landfall', 'loads')} values (1)`;"],
    ],
    allowed: [
      ['functions/ledger/a.ts', 'export const a = sql`update landfall.slices set records = 1`;'],
      ['functions/merge/sql.ts', 'export const a = sql`select 1 from landfall.slices for update`;'],
      ['functions/stage/sql.ts', 'export const a = sql`insert into landfall_staging.epochs values (1)`;'],
      ['functions/merge/sql.ts', '// insert into landfall.loads is not for us\nexport const a = 1;'],
    ],
  },
  'imports within functions can be known without running them': {
    breaches: [
      ['functions/stage/a.ts', `await import(name);`],
      ['functions/stage/a.ts', `import { createRequire } from 'node:module';`],
    ],
    allowed: [['functions/stage/a.ts', `await import('./b.ts');`]],
  },
  'imports form no circle, types included': {
    breaches: [
      [
        ['functions/stage/a.ts', `import type { B } from './b.ts';`],
        ['functions/stage/b.ts', `import { c } from './c.ts';`],
        ['functions/stage/c.ts', `import { a } from './a.ts';`],
      ],
    ],
    allowed: [
      [
        ['functions/stage/a.ts', `import { b } from './b.ts'; import { c } from './c.ts';`],
        ['functions/stage/b.ts', `import { c } from './c.ts';`],
        ['functions/stage/c.ts', `export const c = 1;`],
      ],
    ],
  },
  'a file of functions over 250 lines says why': {
    breaches: [['functions/stage/a.ts', 'export {};\n'.repeat(251)]],
    allowed: [
      ['functions/stage/a.ts', 'export {};\n'.repeat(250)],
      ['functions/stage/a.ts', `/** Over 250 lines: one loop, measured. */\n${'export {};\n'.repeat(300)}`],
    ],
  },
  'a folder shows at most 20 files side by side': {
    breaches: [filesOf('functions/validate/rules', 21), filesOf('cli', 21)],
    allowed: [[...filesOf('infra', 20), ...filesOf('infra/data', 20)], filesOf('test/pipeline', 30)],
  },
};

type PlantedFile = readonly [path: string, text: string];
type Planted = PlantedFile | readonly PlantedFile[];

test('every rule has planted breaches and near misses', () => {
  expect(Object.keys(planted)).toEqual(Object.keys(rules));
});

describe.each(Object.entries(rules))('%s', (name, rule) => {
  test.each(planted[name]?.breaches.map((each) => [each]) ?? [])('is broken by %j', (each) => {
    expect(rule(read(each))).toHaveLength(1);
  });
  test.each(planted[name]?.allowed.map((each) => [each]) ?? [])('is kept by %j', (each) => {
    expect(rule(read(each))).toEqual([]);
  });
});

test('a file that does not parse is an error, never an empty list of imports', () => {
  expect(() => readSource('functions/core/a.ts', 'import {')).toThrow('functions/core/a.ts does not parse');
});

test('an import in a comment or a string is not an import', () => {
  const file = readSource('functions/core/a.ts', `// import 'pg';\nexport const a = "import 'pg'";`);
  expect(file.imports).toEqual([]);
});

test('a breach is named with its file and line', () => {
  const file = readSource('functions/core/a.ts', `\n\nimport pg from 'pg';`);
  expect(rules['core does no I/O and imports nothing outside core']?.([file])).toEqual([
    'functions/core/a.ts:3 imports pg',
  ]);
});

function filesOf(folder: string, count: number): readonly PlantedFile[] {
  return Array.from({ length: count }, (_, i) => [`${folder}/f${i}.ts`, 'export {};']);
}

function read(each: Planted) {
  const files = typeof each[0] === 'string' ? [each as PlantedFile] : (each as readonly PlantedFile[]);
  return files.map(([path, text]) => readSource(path, text));
}
