import { describe, expect, test } from 'vitest';
import { adHocDataset, type DatasetInput, defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { refusal } from './build.ts';

const least = { name: 'orders', prefix: 'orders/', table: 'sales.orders', key: ['id'] };
const define = (input: object): unknown => defineDataset({ ...least, ...input });

describe('a dataset', () => {
  test('needs name, prefix, table and key; the rest has defaults', () => {
    expect(defineDataset(least)).toMatchInlineSnapshot(`
      {
        "columns": {
          "clean": {},
          "constants": {},
          "derive": {},
          "ignore": [],
          "ignorePositions": [],
          "lineage": {},
          "merge": {},
          "overrideIdentity": [],
          "rename": {},
          "rules": {},
          "sensitive": [],
        },
        "conflict": {
          "rule": "upsert",
          "winner": "last",
        },
        "delimiter": ",",
        "format": "csv",
        "key": [
          "id",
        ],
        "leniencies": [],
        "limits": {
          "allowAllRejected": false,
          "batchRows": 5000,
          "maxRawBytes": 65536,
          "maxRecordBytes": 16777216,
          "maxRejectShare": null,
          "maxRejects": null,
          "sliceBytes": 33554432,
        },
        "loadRules": [],
        "name": "orders",
        "prefix": "orders/",
        "recordRules": [],
        "table": "sales.orders",
        "traffic": {},
        "undeclared": [
          "delimiter",
          "quote",
          "skipRows",
        ],
      }
    `);
  });

  test('is told all that is wrong with it at once: fields, steps that no column can have, and what holds between fields', () => {
    const columns = {
      clean: { day: ['date:dd.MM', 'trim'], amount: ['decimal:coma', 'group:dot', 'pad:x', 'trimm'], x: ['boolean:x'] },
      constants: { amount: '1' },
      rules: {
        a: { min: '1.05', max: '1.1' },
        b: { min: '2', max: '1.9' },
        c: { minLength: 2, maxLength: 1, oneOf: [] },
      },
    };
    const limits = { maxRejects: -1, minRecords: 2, maxRecords: 1 };
    expect(
      refusal(() => define({ columns, limits, keepRejectsDays: 1, waitForParents: 2 }))
        .split('\n')
        .slice(1),
    ).toEqual([
      '  columns.rules.c.oneOf: must not be an empty list',
      '  columns.clean.day.0: the pattern dd.MM has no year (yyyy).',
      '  columns.clean.amount.0: decimal takes comma behind its colon: decimal:comma.',
      '  columns.clean.amount.2: pad takes a number of characters from 1 to 1000 behind its colon: pad:6.',
      expect.stringContaining('  columns.clean.amount.3: "trimm" is no cleaning step. Did you mean "trim"?'),
      expect.stringContaining('  columns.clean.x.0: boolean takes pairs of words behind its colon'),
      '  limits.maxRejects: must be at least 0, not -1',
      '  limits.minRecords: is above maxRecords: no file could pass',
      '  waitForParents: is above keepRejectsDays: what waits would be forgotten first',
      '  columns.constants.amount: is also in columns.clean, which cleans what a file brings',
      '  columns.rules.b: min is above max: no value could pass',
      '  columns.rules.c: minLength is above maxLength: no value could pass',
    ]);
  });

  test.each([
    { format: 'cvs', sheet: 'One' },
    { conflict: { rule: 'nothing' }, keepTombstonesDays: 3 },
  ])('is not told what only a fault of another field makes wrong: %j', (input) => {
    expect(refusal(() => define(input)).split('\n')).toHaveLength(2);
  });

  test('takes a tab for tsv, and the delimiter it names', () => {
    expect(define({ format: 'tsv' })).toMatchObject({ format: 'tsv', delimiter: '\t' });
    expect(define({ delimiter: ';' })).toMatchObject({ format: 'csv', delimiter: ';' });
  });

  test('takes words for NULL, with a quote inside where quotes are data', () => {
    expect(define({ null: ['\\N', ' -'] })).toMatchObject({ null: ['\\N', ' -'] });
    expect(define({ null: ['""'], quote: 'none' })).toMatchObject({ null: ['""'] });
  });

  test('takes nothing of delimited text where the format is JSON lines', () => {
    for (const format of ['ndjson', 'csv'] as const)
      expect(define({ format, columns: { unknown: { capture: 'rest' } } })).toMatchObject({ format });
    const delimited = { delimiter: ';', quote: 'none', null: ['x'], columns: { ignorePositions: [1] } };
    const message = refusal(() => define({ format: 'ndjson', ...delimited }));
    for (const field of ['delimiter', 'quote', 'null', 'columns.ignorePositions']) {
      expect(message).toContain(`${field}: is for delimited text, format csv or tsv`);
    }
  });

  test('lets the last record of a key win, unless the first one is wanted', () => {
    expect(define({ conflict: { rule: 'insert-only' } })).toMatchObject({
      conflict: { rule: 'insert-only', winner: 'last' },
    });
    expect(define({ conflict: { rule: 'upsert', winner: 'first' } })).toMatchObject({ conflict: { winner: 'first' } });
  });

  test('keeps bounds as decimal text, never as a rounded number', () => {
    const rules = { amount: { min: '0.10', max: 1_000_000 } };
    expect(define({ columns: { rules } })).toMatchObject({
      columns: { rules: { amount: { min: '0.10', max: '1000000' } } },
    });
  });
});

test("a field of another conflict rule is no field of this one's", () => {
  expect(refusal(() => define({ conflict: { rule: 'patch', winner: 'last' } }))).toContain(
    '"winner" is not a field of conflict. Its fields are rule.',
  );
});

test('all problems of a declaration are told at once, in words', () => {
  const wrong = {
    name: '',
    prefix: '/orders',
    tabel: 'orders',
    key: [],
    format: 'cvs',
    delimiter: '|||||||||',
    conflict: { rule: 'upsert', winer: 'last' },
    columns: { renam: {}, ignore: 'note', rules: { amount: { min: 0.1, requird: true, oneOf: [] } } },
    leniencies: ['trimBlank'],
    limits: { maxRejectShare: 5, sliceBytes: 1.5, batchRows: 0, maxRecordByte: 1 },
  };
  expect(refusal(() => defineDataset(wrong as unknown as DatasetInput))).toMatchInlineSnapshot(`
    "DATASET_INVALID: Dataset "" is not valid:
      name: must not be empty
      prefix: must end with / and not start with one, like "orders/"
      table: is missing; it must be a text
      key: must name at least one column
      format: must be one of csv, tsv, ndjson, json, json-seq, parquet, xlsx, fixed, not "cvs". Did you mean "csv"?
      delimiter: must be one character, or up to 8
      "winer" is not a field of conflict. Did you mean "winner"? Its fields are rule, winner.
      columns.ignore: must be a list, not "note"
      columns.rules.amount.min: must be a text: a decimal number like "0.5", since a JavaScript number could be rounded, or a day or moment
      columns.rules.amount.oneOf: must not be an empty list
      "requird" is not a field of columns.rules.amount. Did you mean "required"? Its fields are required, min, max, minLength, maxLength, pattern, oneOf, notFuture, notPast, unique, lookup, maxNullShare, distinctAtLeast, severity.
      "renam" is not a field of columns. Did you mean "rename"? Its fields are rename, ignore, ignorePositions, unknown, rules, clean, merge, overrideIdentity, constants, lineage, derive, sensitive.
      leniencies.0: must be one of trimBlanks, quotedEmptyIsNull, booleanWords, numberForms, specialNumbers, roundNumbers, specialDates, dateForms, dropZone, truncateText, not "trimBlank". Did you mean "trimBlanks"?
      limits.maxRejectShare: must be at most 1, not 5
      limits.sliceBytes: must be a whole number, not 1.5
      limits.batchRows: must be at least 1, not 0
      "maxRecordByte" is not a field of limits. Did you mean "maxRecordBytes"? Its fields are maxRecordBytes, maxRawBytes, maxKeptBytes, maxRejects, maxRejectShare, maxRejectsByCode, minRecords, maxRecords, maxDeletedShare, nullShare, maxUpdatedShare, maxNullTurnedShare, allowAllRejected, sliceBytes, batchRows.
      "tabel" is not a field of a dataset. Did you mean "table"? Its fields are name, prefix, table, key, format, delimiter, quote, null, escape, recordEnd, comment, skipRows, member, encoding, trailerRows, trailerTotals, blankRows, shortRows, longRows, repeatedHeaders, header, headerRows, headerJoin, fixed, jsonPath, sheet, cells, conflict, replaceWhere, columns, recordRules, loadRules, leniencies, timeZone, order, limits, control, keepRejectsDays, keepTombstonesDays, waitForParents, countByDay, live, indexes, atomic, maxLagBytes, maxLagSeconds, throttleQuery, targetBatchMs, lockTimeoutMs, deadlineMinutes, memory, approve, heldDays, undo, undoDays, schedule, fetch, upload, gather, set, refusedObjects, expectEveryHours."
  `);
});

test('what fields say against each other is told beside fields that are wrong by themselves, where it stands on none of those', () => {
  const told = (input: object): string[] =>
    refusal(() => define(input as never))
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replace(/: .*$/, ''));
  // a word that is none ends zod's checks of the whole: what is between other fields is told all the same
  expect(told({ blankRows: 'no', recordEnd: ',', headerJoin: '-' })).toEqual(['blankRows', 'headerJoin', 'recordEnd']);
  const columns = { lineage: { a: 'who' }, rename: { Total: 'amount' }, ignore: ['total'] };
  expect(told({ columns, limits: { minRecords: 5, maxRecords: 'x' } })).toEqual([
    'columns.lineage.a',
    'limits.maxRecords',
    'columns.rename.Total',
  ]);
  // of a format that is none nobody knows whether it has a comment; a delimiter that is none is not compared
  expect(told({ format: 'cvs', comment: '"', sheet: 'A' })).toEqual(['format']);
  expect(told({ delimiter: '"', null: ['a,b', 'a\n'], escape: ',' })).toEqual(['delimiter', 'null.1']);
});

describe('a declaration is refused', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['without any field', { name: undefined, prefix: undefined, table: undefined, key: undefined }],
    ['with a key column named twice', { key: ['id', 'id'] }],
    ['with a header both renamed and ignored', { columns: { rename: { Total: 'amount' }, ignore: [' total '] } }],
    ['with a header renamed twice', { columns: { rename: { Total: 'amount', ' TOTAL': 'sum' } } }],
    ['with a length that nothing has', { columns: { rules: { note: { minLength: 9, maxLength: 3 } } } }],
    ['with a quote as delimiter', { delimiter: '"' }],
    ['with an empty word for NULL', { null: [''] }],
    ['with words for NULL that no cell can be', { format: 'tsv', null: ['a\tb', '"', 'a\n'] }],
    ['with a letter in a delimiter', { delimiter: '|é|' }],
    ['with a table of three parts', { table: 'db.sales.orders' }],
    ['with an unknown conflict rule', { conflict: { rule: 'merge' } }],
    ['with newer-wins but no version', { conflict: { rule: 'newer-wins' } }],
    ['with a prefix that begins with a slash', { prefix: '/orders/' }],
  ];
  test.each(cases)('%s', (_, input) => {
    expect(refusal(() => define(input))).toMatchSnapshot();
  });

  test('where it is no object at all', () => {
    expect(refusal(() => defineDataset(null as unknown as DatasetInput))).toMatchInlineSnapshot(`
      "DATASET_INVALID: Dataset is not valid:
        it: must be an object of fields, not null"
    `);
  });
});

describe('an ad-hoc dataset', () => {
  test('is named by its target and key, so that the same command is the same dataset', () => {
    expect(adHocDataset({ into: 'orders', businessKey: ['id'] }).name).toBe('public.orders(id)');
    expect(adHocDataset({ into: 'public.orders', businessKey: ['id'] }).name).toBe('public.orders(id)');
    expect(adHocDataset({ into: 'Sales."o.ld"', businessKey: ['a', 'b'] }).name).toBe('Sales."o.ld"(a,b)');
  });

  test('claims no key by prefix', () => {
    expect(adHocDataset({ into: 'orders', businessKey: ['id'] }).prefix).toBeNull();
  });

  test('is tsv where the delimiter is a tab', () => {
    expect(adHocDataset({ into: 'orders', businessKey: ['id'], delimiter: '\t' })).toMatchObject({
      format: 'tsv',
      delimiter: '\t',
    });
    expect(adHocDataset({ into: 'orders', businessKey: ['id'], delimiter: ';' })).toMatchObject({
      format: 'csv',
      delimiter: ';',
    });
  });

  test('takes leniencies; all else has the defaults', () => {
    const wished = adHocDataset({ into: 'orders', businessKey: ['id'], leniencies: ['trimBlanks'] });
    expect(wished).toMatchObject({ leniencies: ['trimBlanks'], limits: { sliceBytes: 33_554_432, batchRows: 5_000 } });
  });

  test.each([
    ['no table', { into: '', businessKey: ['id'] }],
    ['no key', { into: 'orders', businessKey: [] }],
    ['an unknown leniency', { into: 'orders', businessKey: ['id'], leniencies: ['trim'] }],
  ])('is refused with %s', (_, input) => {
    expect(refusal(() => adHocDataset(input))).toMatchSnapshot();
  });
});

test('records cannot wait for their parents longer than rejects are kept', () => {
  const dataset = { name: 'orders', prefix: 'orders/', table: 'public.orders', key: ['id'], keepRejectsDays: 5 };
  expect(defineDataset({ ...dataset, waitForParents: 5 }).waitForParents).toBe(5);
  expect(() => defineDataset({ ...dataset, waitForParents: 6 })).toThrow(
    'waitForParents: is above keepRejectsDays: what waits would be forgotten first',
  );
});
