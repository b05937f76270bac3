import { describe, expect, test } from 'vitest';
import type {
  Catalogue,
  CatalogueColumn,
  CatalogueForeignKey,
} from '../../../functions/compile/catalogue/catalogue.ts';
import { contractHash } from '../../../functions/core/contract-hash.ts';
import type { DatasetInput } from '../../../functions/compile/declaration/schema.ts';
import { bigint, catalogue, column, contract, refusal, uniqueOn } from './build.ts';

const id = column('id', { ...bigint, notNull: true });
const foreignKey = (facts: Partial<CatalogueForeignKey> = {}): CatalogueForeignKey => ({
  name: 'items_parent_fkey',
  columns: ['name'],
  parentSchema: 'public',
  parentTable: 'parents',
  parentColumns: ['code'],
  selfReferencing: false,
  operators: ['operator(pg_catalog.=)'],
  matchFull: false,
  deferrable: false,
  parentReadable: true,
  ...facts,
});

describe('how a column is staged and judged', () => {
  const numeric122 = ((12 << 16) | 2) + 4;
  test.each<[string, Partial<CatalogueColumn>, object]>([
    ['smallint', { baseType: 'int2' }, { plainForm: 'int2', stagingType: 'smallint', judgedAsInput: false }],
    ['bigint', { baseType: 'int8' }, { plainForm: 'int8', stagingType: 'bigint' }],
    [
      'numeric',
      { baseType: 'numeric' },
      { plainForm: 'numeric', stagingType: 'numeric', precision: null, scale: null },
    ],
    [
      'numeric(12,2)',
      { baseType: 'numeric', modifier: numeric122 },
      { stagingType: 'numeric', precision: 12, scale: 2 },
    ],
    ['numeric(3,-2)', { baseType: 'numeric', modifier: ((3 << 16) | 2046) + 4 }, { precision: 3, scale: -2 }],
    ['numeric(2,5)', { baseType: 'numeric', modifier: ((2 << 16) | 5) + 4 }, { precision: 2, scale: 5 }],
    ['real', { baseType: 'float4' }, { plainForm: 'float8', stagingType: 'real' }],
    ['double precision', { baseType: 'float8' }, { plainForm: 'float8', stagingType: 'double precision' }],
    ['boolean', { baseType: 'bool' }, { plainForm: 'boolean', stagingType: 'boolean' }],
    ['date', { baseType: 'date' }, { plainForm: 'date', stagingType: 'date' }],
    ['timestamp(3)', { baseType: 'timestamp', modifier: 3 }, { stagingType: 'timestamp without time zone', scale: 3 }],
    [
      'timestamptz',
      { baseType: 'timestamptz' },
      { plainForm: 'timestamptz', stagingType: 'timestamp with time zone', scale: null },
    ],
    ['uuid', { baseType: 'uuid' }, { plainForm: 'uuid', stagingType: 'uuid' }],
    ['text', {}, { plainForm: 'text', stagingType: 'text', judgedAsInput: false, maxLength: null }],
    [
      'varchar(20)',
      { baseType: 'varchar', modifier: 24 },
      { plainForm: 'text', stagingType: 'text', maxLength: 20, judgedAsInput: false },
    ],
    [
      'char(3)',
      { baseType: 'bpchar', modifier: 7 },
      { plainForm: 'text', stagingType: 'text', maxLength: 3, judgedAsInput: false },
    ],
    [
      'public.citext',
      { baseType: 'citext', builtIn: false },
      { plainForm: 'text', stagingType: 'text', judgedAsInput: false },
    ],
    ['jsonb', { baseType: 'jsonb' }, { plainForm: 'text', stagingType: 'text', judgedAsInput: true }],
    ['integer[]', { baseType: '_int4' }, { stagingType: 'text', judgedAsInput: true }],
    ['time with time zone', { baseType: 'timetz' }, { stagingType: 'text', judgedAsInput: true }],
    ['interval', { baseType: 'interval' }, { stagingType: 'text', judgedAsInput: true }],
    ['public.int4', { baseType: 'int4', builtIn: false }, { stagingType: 'text', judgedAsInput: true }],
    [
      'public.mood',
      { baseKind: 'e', builtIn: false, labels: ['sad', 'glad'] },
      { labels: ['sad', 'glad'], stagingType: 'text', judgedAsInput: false },
    ],
    ['public.age', { baseType: 'int4', isDomain: true }, { plainForm: 'int4', stagingType: 'integer', isDomain: true }],
    [
      'public.code',
      { baseType: 'varchar', modifier: 7, isDomain: true },
      { plainForm: 'text', maxLength: 3, isDomain: true },
    ],
  ])('%s', (type, facts, expected) => {
    const { columns } = contract({}, { columns: [id, column('name', { type, ...facts })] });
    expect(columns[1]).toMatchObject({ name: 'name', type, ...expected });
  });
});

describe('a contract', () => {
  const columns = [
    id,
    column('code', { notNull: true }),
    column('seen', { notNull: true, hasDefault: true }),
    column('serial', { ...bigint, notNull: true, identity: 'd' }),
    column('always', { ...bigint, notNull: true, identity: 'a' }),
    column('total', { generated: true }),
  ];

  test('leaves out what PostgreSQL fills, and demands what is NOT NULL without a default', () => {
    const made = contract({}, { columns });
    expect(made.columns.map(({ name, hasDefault }) => [name, hasDefault])).toEqual([
      ['id', false],
      ['code', false],
      ['seen', true],
      ['serial', true],
    ]);
    expect(made.requiredColumns).toEqual(['id', 'code']);
    // what inserts nothing leaves to the row what a file does not bring
    expect(contract({ conflict: { rule: 'update-only' } }, { columns }).requiredColumns).toEqual([]);
    expect(() => contract({ conflict: { rule: 'update-only' } }, { columns, canInsert: false })).not.toThrow();
    expect(() => contract({}, { columns, canInsert: false })).toThrow('grant insert');
    expect(made.unfillableColumns).toEqual([
      { name: 'always', why: 'identity' },
      { name: 'total', why: 'generated' },
    ]);
  });

  test('demands what the dataset requires, and a version of every row under newer-wins', () => {
    const wished: Partial<DatasetInput> = {
      columns: { rules: { seen: { required: true } } },
      conflict: { rule: 'newer-wins', versionColumn: 'serial' },
    };
    expect(contract(wished, { columns }).requiredColumns).toEqual(['id', 'code', 'seen', 'serial']);
  });

  test('takes CHECKs and foreign keys whose columns a file can fill; the others are the target’s own to judge', () => {
    const checks = [
      { name: 'a', expression: '(id > 0)', columns: ['id'] },
      { name: 'b', expression: '(total > 0)', columns: ['total'] },
      { name: 'c', expression: '(items.* IS NOT NULL)', columns: null },
      { name: 'd', expression: 'true', columns: [] },
    ];
    const foreignKeys = [foreignKey({ columns: ['code'] }), foreignKey({ name: 'other', columns: ['total'] })];
    const made = contract({}, { columns, checks, foreignKeys });
    expect(made.checks.map(({ name }) => name)).toEqual(['a', 'd']);
    expect(made.foreignKeys.map(({ name }) => name)).toEqual(['items_parent_fkey']);
  });

  test('has MATCH FULL as a CHECK: all columns of the foreign key or none', () => {
    const pair = foreignKey({ columns: ['code', 'seen'], parentColumns: ['a', 'b'], matchFull: true });
    expect(contract({}, { columns, foreignKeys: [pair] }).checks).toEqual([
      { name: 'items_parent_fkey', expression: 'num_nulls("code", "seen") IN (0, 2)', columns: ['code', 'seen'] },
    ]);
  });

  test('has the bounds of partitions as CHECKs, so that a row without a partition is a reject', () => {
    const bounds = { kind: 'p', partitionKey: ['id'], leafBounds: ['(id < 10)', '(id >= 10) AND (id < 20)'] };
    expect(contract({}, { columns, ...bounds }).checks).toEqual([
      { name: 'partitions of items', expression: '(id < 10) OR (id >= 10) AND (id < 20)', columns: ['id'] },
    ]);
    expect(contract({}, { columns, ...bounds, leafBounds: [] }).checks).toMatchObject([{ expression: 'false' }]);
    expect(contract({}, { columns, ...bounds, leafBounds: null }).checks).toEqual([]);
    expect(contract({}, { columns, partitionBound: '((id IS NOT NULL) AND (id < 10))' }).checks).toEqual([
      { name: 'partition bound of items', expression: '((id IS NOT NULL) AND (id < 10))', columns: ['id'] },
    ]);
  });

  test('finds the columns that a bound reads by name, whole names only, those of sub-partitions too', () => {
    const named = ['id', 'i', 'day', 'Day', 'a b', 'd', 'x$y', 'y'].map((name) => column(name, { orderable: true }));
    const bound = `((day >= '2024-01-01'::date) AND ("a b" IS NOT NULL) AND satisfies_hash_partition('16404'::oid, 2, 0, id, x$y))`;
    const made = contract({}, { columns: named, kind: 'p', partitionKey: ['id'], leafBounds: [bound] });
    expect(made.checks).toMatchObject([{ columns: ['id', 'day', 'a b', 'x$y'] }]);
  });

  test('is plain JSON', () => {
    const made = contract({ columns: { rename: { Nr: 'id' }, ignore: ['x'] } }, { columns });
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });
});

describe('the hash of a contract', () => {
  const hash = (ofDataset: Partial<DatasetInput> = {}, ofCatalogue: Partial<Catalogue> = {}): string =>
    contractHash(contract(ofDataset, ofCatalogue));

  test('is the same for the same table in another database, and after it was stored', () => {
    expect(hash({}, { oid: 99_999 })).toBe(hash());
    expect(contractHash({ ...contract(), fingerprint: 'other' })).toBe(hash());
    expect(contractHash(JSON.parse(JSON.stringify(contract())))).toBe(hash());
  });

  test('does not depend on the order of what has none', () => {
    expect(hash({ leniencies: ['trimBlanks', 'dropZone'] })).toBe(
      hash({ leniencies: ['dropZone', 'trimBlanks', 'dropZone'] }),
    );
    expect(hash({ columns: { rename: { a: 'name', b: 'id' }, ignore: ['x', 'y'] } })).toBe(
      hash({ columns: { ignore: ['Y', 'x '], rename: { B: 'id', a: 'name' } } }),
    );
  });

  test('changes with whatever may change a row', () => {
    const hashes = [
      hash(),
      hash({}, { columns: [id, column('name', { notNull: true })] }),
      hash({}, { columns: [id, column('name', { baseType: 'varchar', modifier: 9 })] }),
      hash({}, { checks: [{ name: 'c', expression: '(id > 0)', columns: ['id'] }] }),
      hash({}, { foreignKeys: [foreignKey()] }),
      hash({}, { table: 'others' }),
      hash({ name: 'others' }),
      hash({ delimiter: ';' }),
      hash({ leniencies: ['trimBlanks'] }),
      hash({ conflict: { rule: 'insert-only' } }),
      hash({ columns: { rules: { name: { maxLength: 3 } } } }),
      hash({ limits: { maxRejects: 1 } }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('a target is refused', () => {
  test.each<[string, Partial<Catalogue>]>([
    ['that is a view', { kind: 'v' }],
    ['that is a materialized view', { kind: 'm' }],
    ['that is a foreign table', { kind: 'f' }],
    ['that is a sequence', { kind: 'S' }],
    ['that is PostgreSQL’s own', { schema: 'pg_catalog' }],
    ['that is of the ledger', { schema: 'landfall' }],
    ['that is staging', { schema: 'landfall_staging', persistence: 'u' }],
    ['that is temporary', { schema: 'pg_temp_3', persistence: 't' }],
    ['that is unlogged', { persistence: 'u' }],
    ['with row-level security', { rowSecurity: true }],
    ['that the role may not write', { canInsert: false, canUpdate: false }],
    ['whose schema the role may not use', { schemaUsage: false, role: 'Loader "x"' }],
    ['with rewrite rules', { rules: ['to_archive'] }],
    ['with child tables', { childTables: ['public.items_2024'] }],
    ['whose updates are published without a replica identity', { lacksReplicaIdentity: true }],
    [
      'with a publication that filters by what is not of the identity',
      { unfitPublications: [{ name: 'P 1', updates: true, deletes: true, filtersBy: ['name'], lacks: [] }] },
    ],
    [
      'with a publication whose columns lack the identity',
      { unfitPublications: [{ name: 'p', updates: true, deletes: false, filtersBy: [], lacks: ['id'] }] },
    ],
    ['whose parent the role may not read', { foreignKeys: [foreignKey({ parentReadable: false })] }],
  ])('%s', (_, facts) => {
    expect(refusal(() => contract({}, facts))).toMatchSnapshot();
  });

  test('for want of UPDATE only where rows are updated', () => {
    expect(refusal(() => contract({}, { canUpdate: false }))).toMatchSnapshot();
    expect(contract({ conflict: { rule: 'insert-only' } }, { canUpdate: false }).conflict.rule).toBe('insert-only');
  });
});

describe('a business key is refused', () => {
  test.each<[string, readonly [string, ...string[]], Partial<Catalogue>]>([
    ['with an unknown column', ['id', 'nmae'], {}],
    ['with a generated column', ['id'], { columns: [column('id', { generated: true })] }],
    ['with an identity that PostgreSQL alone numbers', ['id'], { columns: [column('id', { identity: 'a' })] }],
    ['without the partition key', ['id'], { kind: 'p', partitionKey: ['name'] }],
    ['where the partition key is an expression', ['id'], { kind: 'p', partitionKey: [null] }],
    ['without any unique index', ['id'], { uniqueIndexes: [] }],
    [
      'with the reason for each index that does not do',
      ['name', 'id'],
      {
        uniqueIndexes: [
          uniqueOn(['id']),
          uniqueOn(['id', 'name', 'code']),
          uniqueOn([null, 'id'], { name: 'lower_key' }),
          uniqueOn(['id', 'name'], { name: 'live_key', partial: true }),
          uniqueOn(['id', 'name'], { name: 'late_key', deferrable: true }),
          uniqueOn(['id', 'name'], { name: 'broken_key', usable: false }),
        ],
      },
    ],
    [
      'where a deferrable constraint on it stands beside a usable index: ON CONFLICT takes both and fails',
      ['id'],
      { uniqueIndexes: [uniqueOn(['id']), uniqueOn(['id'], { name: 'late_key', deferrable: true })] },
    ],
  ])('%s', (_, key, facts) => {
    expect(refusal(() => contract({ key: [...key] }, facts))).toMatchSnapshot();
  });

  test('but taken in any order, nullable, and with NULLS NOT DISTINCT', () => {
    const nullable = [column('id', bigint), column('name')];
    const uniqueIndexes = [
      uniqueOn(['id', 'name'], { nullsNotDistinct: true }),
      uniqueOn(['id', 'name'], { partial: true }),
    ];
    expect(contract({ key: ['name', 'id'] }, { columns: nullable, uniqueIndexes }).businessKey).toEqual(['name', 'id']);
  });
});

test.each([
  ['(price > 0)', 'only IS NULL, IS NOT NULL and boolean columns are understood, not (price > 0)'],
  ['(made IS NULL)', 'a new row does not fall under it by the defaults of made'],
  ['(gone IS NULL)', null],
])('a partial index where %s is an arbiter only where it covers every new row', (predicate, refused) => {
  const columns = [id, column('price', { ...bigint }), column('gone'), column('made', { hasDefault: true })];
  const compiled = (): ReturnType<typeof contract> =>
    contract({}, { columns, uniqueIndexes: [uniqueOn(['id'], { partial: true, predicate })] });
  if (refused === null) expect(compiled().arbiter).toEqual([{ column: 'gone', is: 'null' }]);
  else expect(compiled).toThrow(refused);
});

describe('a declaration is refused', () => {
  const columns = [
    id,
    column('name'),
    column('amount', { ...bigint }),
    column('total', { generated: true }),
    column('doc', { type: 'json', baseType: 'json', orderable: false }),
  ];
  test.each<[string, Partial<DatasetInput>]>([
    ['whose version column is unknown', { conflict: { rule: 'newer-wins', versionColumn: 'amounts' } }],
    ['whose version column is generated', { conflict: { rule: 'newer-wins', versionColumn: 'total' } }],
    ['whose version column has no order', { conflict: { rule: 'newer-wins', versionColumn: 'doc' } }],
    ['whose version column is in the key', { conflict: { rule: 'newer-wins', versionColumn: 'id' } }],
    [
      'that renames to columns that are not there or cannot be filled',
      { columns: { rename: { Amt: 'amout', Sum: 'total' } } },
    ],
    [
      'with rules for unknown columns, unfillable ones, and those of another type',
      {
        columns: {
          rules: {
            nam: { required: true },
            total: { required: true },
            name: { min: '0' },
            amount: { pattern: 'x', maxLength: 3, oneOf: ['1', 'two', '0.50'] },
          },
        },
      },
    ],
  ])('%s', (_, wished) => {
    expect(refusal(() => contract(wished, { columns }))).toMatchSnapshot();
  });
});

test('the catalogue of the builders is one that can be loaded', () => {
  expect(contract({}, catalogue()).businessKey).toEqual(['id']);
});
