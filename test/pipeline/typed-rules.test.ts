import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { speaking } from '../../cli/context.ts';
import { readLoadOptions } from '../../cli/typed/load-options.ts';
import { everyVerbsOptions, parseArguments } from '../../cli/typed/usage.ts';
import { verb as loadVerb } from '../../cli/verbs/load.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { sql } from '../../functions/core/sql.ts';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn } from '../unit/cli/terminal.ts';

// Each rule and severity as it is typed, and as a dataset declares it: the same records, for the same reasons.

let pipeline: Pipeline;
let environment: Record<string, string> = {};
beforeAll(async () => {
  pipeline = await testPipeline(
    `create table public.known (code text);
     insert into public.known values ('a'), ('b');
     create table public.t (
       id integer primary key, req text, low numeric, high numeric, len text, pat text, one text, past date, future date,
       uniq text, look text, listed text, money numeric, warned integer, pair integer, ends integer
     )`,
    { environment: () => environment },
  );
});
afterAll(() => pipeline.end());

const columns = 'id,req,low,high,len,pat,one,past,future,uniq,look,listed,money,warned,pair,ends'.split(',');
const sound = [
  '0',
  'x',
  '5',
  '5',
  'abc',
  'A1',
  'DE',
  '2999-01-01',
  '2001-01-01',
  'u',
  'a',
  'x',
  '"1.234,50"',
  '1',
  '1',
  '1',
];

/** A record for each rule that it breaks alone, one that breaks most of them, and those that only warn. */
const broken: readonly Readonly<Record<string, string>>[] = [
  {},
  { req: '' },
  { low: '-1' },
  { high: '11' },
  { len: 'a' },
  { len: 'abcdef' },
  { pat: 'a1' },
  { one: 'FR' },
  { past: '2001-01-01' },
  { future: '2999-01-01' },
  { uniq: 'u0' },
  { look: 'c' },
  { listed: 'y' },
  { money: '"12.34,5"' },
  { warned: '9' },
  { pair: '99' },
  { pair: '7' },
  { ends: '-1' },
  { low: '6' },
  { req: '', low: '-1', high: '11', len: 'a', pat: 'a1', one: 'FR', look: 'c', listed: 'y', past: '2001-01-01' },
];

const content = (records: typeof broken): string =>
  [
    columns.join(','),
    ...records.map((record, i) =>
      columns.map((name, at) => record[name] ?? (name === 'id' ? i : name === 'uniq' ? `u${i}` : sound[at])).join(','),
    ),
    '',
  ].join('\n');

const rules = {
  req: { required: true },
  low: { min: '0' },
  high: { max: '10' },
  len: { minLength: 2, maxLength: 5 },
  pat: { pattern: '^[A-Z],?\\d$' },
  one: { oneOf: ['DE', 'AT', 'C|H'] },
  past: { notPast: true },
  future: { notFuture: true },
  uniq: { unique: true },
  look: { lookup: 'public.known(code)' },
  warned: { max: '5', maxNullShare: 0.5, distinctAtLeast: 9, severity: 'warn' as const },
  pair: { max: '50', oneOf: ['1', '99'], severity: { oneOf: 'warn' as const } },
};

const typedRules = (list: string): readonly string[] =>
  [
    ...[
      'req=required',
      'low=min:0',
      'high=max:10',
      'len=length:2-5',
      'pat=pattern:^[A-Z]\\,?\\d$',
      'one=oneOf:DE|AT|C\\|H',
    ],
    ...['past=notPast', 'future=notFuture', 'uniq=unique', 'look=lookup:public.known(code)', `listed=lookup:@${list}`],
    ...[
      'warned=max:5,maxNullShare:0.5,distinctAtLeast:9,severity:warn',
      'pair=max:50',
      'pair=oneOf:1|99,severity:warn',
    ],
  ].flatMap((rule) => ['--rule', rule]);

async function typed(path: string, words: readonly string[]): Promise<LoadReport> {
  const all = [path, '--into', 'public.t', '--key', 'id', '--database-url', pipeline.url, ...words];
  const parsed = parseArguments(all, { ...loadVerb.options, ...everyVerbsOptions });
  const { requests, typedSql } = await readLoadOptions(parsed, speaking(standIn().context));
  environment = typedSql.rules === null ? {} : { LANDFALL_TYPED_RULES: typedSql.rules };
  const [{ key, ...request }] = requests as [(typeof requests)[number]];
  return await pipeline.load(key, request);
}

/** What a load says of its records, but for when it began, and how a list's file is named. */
async function said(report: LoadReport) {
  const rejects = await pipeline.rows<{ reasons: readonly object[] }>(
    sql`select record_no::integer, line::integer, reasons from landfall.rejects where (load_id = ${report.loadId}) order by record_no`,
  );
  const { outcome, code, counts, rejectsByCode, warnings, loadWarnings, cleaned } = report;
  const all = { rejects, outcome, code, counts, rejectsByCode, warnings, loadWarnings, cleaned };
  const text = JSON.stringify(all)
    .replaceAll(/began at \d{4}-\d\d-\d\dT[\d:.]+Z/g, 'began')
    .replaceAll('file://', '');
  return JSON.parse(text) as typeof all;
}

test('each rule and severity rejects, warns and refuses the same from its flag as from a dataset', async () => {
  const list = await pipeline.file('list.txt', 'x\n');
  const path = await pipeline.file('records.csv', content(broken));
  const target = { table: 'public.t', key: ['id'] };
  const declared = [
    defineDataset({
      ...{ name: 'declared', prefix: 'declared/', ...target },
      columns: {
        clean: { money: ['group:dot', 'decimal:comma'], req: ['trim'] },
        rules: { ...rules, listed: { lookup: { list: pathToFileURL(list).href } } },
      },
      recordRules: [
        { name: 'order', sql: 'low <= high' },
        { name: 'odd', sql: 'pair <> 7', severity: 'warn' },
      ],
      loadRules: [{ name: 'some', sql: 'select count(*) > 99 from staged', severity: 'warn' }],
    }),
    defineDataset({
      ...{ name: 'refusing', prefix: 'refusing/', ...target },
      columns: { rules: { ends: { min: '0', severity: 'refuse' } } },
    }),
  ];
  // before the first load: a process reads them once
  await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(declared));
  const flags = [
    ...typedRules(list),
    ...['--clean', 'money=group:dot,decimal:comma', '--clean', 'req=trim'],
    ...['--record-rule', 'order=low <= high', '--record-rule', 'odd:warn=pair <> 7'],
    ...['--load-rule', 'some:warn=select count(*) > 99 from staged'],
  ];
  const byDataset = async (dataset: string): Promise<LoadReport> => {
    environment = {};
    return await pipeline.load(path, { dataset, dryRun: true });
  };
  const ofFlags = await said(await typed(path, [...flags, '--dry-run']));
  expect(await said(await byDataset('declared'))).toEqual(ofFlags);
  const { rejects: rejected, rejectsByCode, warnings } = ofFlags;
  expect(
    rejectsByCode.map(({ code, column, rejects }) => `${code} ${column} ${rejects}`).toSorted(),
  ).toMatchInlineSnapshot(`
    [
      "ABOVE_MAXIMUM high 2",
      "ABOVE_MAXIMUM pair 1",
      "BELOW_MINIMUM low 2",
      "INVALID_NUMBER money 1",
      "IN_FUTURE future 1",
      "IN_PAST past 2",
      "LOOKUP listed 2",
      "LOOKUP look 2",
      "NOT_ALLOWED one 2",
      "NOT_UNIQUE uniq 1",
      "PATTERN pat 2",
      "RECORD_RULE null 1",
      "REQUIRED req 2",
      "TOO_LONG len 1",
      "TOO_SHORT len 2",
    ]
  `);
  expect(
    warnings?.map(({ code, column, records }) => `${code} ${column} ${records}`).toSorted(),
  ).toMatchInlineSnapshot(`
    [
      "ABOVE_MAXIMUM warned 1",
      "NOT_ALLOWED pair 1",
      "RECORD_RULE pair 1",
    ]
  `);
  expect(rejected.at(-1)?.reasons).toHaveLength(9);
  expect(ofFlags.loadWarnings).not.toHaveLength(0);

  // and with a rule that refuses the load
  const refused = await typed(path, ['--rule', 'ends=min:0,severity:refuse', '--dry-run', '--force']);
  expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'RULE_BROKEN' });
  const same = await byDataset('refusing');
  expect(await said(same)).toEqual(await said(refused));
});
