/**
 * `npm run bench:page`: CPU of what report.html is made of, in milliseconds, without a database: what rejects would be taken under, and the
 * page. The first of a process, which compiles what it runs, and the mean of those behind it.
 */
import { parseArgs } from 'node:util';
import type { Contract, ContractColumn, PlainForm } from '../../../functions/core/contract.ts';
import { reportPage } from '../../../functions/page/page.ts';
import { RuleMends } from '../../../functions/propose/mends/rule-mends.ts';
import type { TriedReject } from '../../../functions/propose/mends/tried.ts';
import { endlessFacts, factsOf } from '../../support/made-pages.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, runs: { type: 'string', default: '20' } },
});
const runs = Number(options.runs);

/** Cells of a column that are mostly of one form which it does not take, some of another, and some of none. */
const kinds: readonly { readonly form: PlainForm; readonly code: string; readonly cell: (i: number) => string }[] = [
  { form: 'numeric', code: 'INVALID_NUMBER', cell: (i) => (i % 3 === 0 ? `no. ${i}` : `${i},5`) },
  { form: 'numeric', code: 'INVALID_NUMBER', cell: (i) => (i % 2 === 0 ? `€ ${i}.5` : `$${i},${i}`) },
  { form: 'int4', code: 'INVALID_INTEGER', cell: (i) => (i % 5 === 0 ? `${i}th` : `${i}.0`) },
  {
    form: 'date',
    code: 'INVALID_DATE',
    cell: (i) => (i % 4 === 0 ? `week ${i}` : `${1 + (i % 28)}.${1 + (i % 12)}.2026`),
  },
  {
    form: 'timestamp',
    code: 'INVALID_TIMESTAMP',
    cell: (i) => (i % 4 === 0 ? `${i} ago` : `0${1 + (i % 9)}/13/2026 1:0${i % 10} PM`),
  },
  { form: 'timestamptz', code: 'INVALID_TIMESTAMP', cell: (i) => (i % 2 === 0 ? `Q${i}` : `1.1.2026 ${i % 24}:00`) },
  { form: 'boolean', code: 'INVALID_BOOLEAN', cell: (i) => (i % 3 === 0 ? `${i}` : 'Ja') },
  { form: 'float8', code: 'INVALID_NUMBER', cell: (i) => `${i} km` },
  { form: 'date', code: 'INVALID_DATE', cell: (i) => `${i} days` },
  { form: 'timestamp', code: 'INVALID_TIMESTAMP', cell: (i) => `the ${i}th` },
];

/** Rejects that each break all of these rules, every cell another one. */
function tried(
  rules: number,
  count: number,
): { readonly contract: Contract; readonly rejects: readonly TriedReject[] } {
  const all = Array.from({ length: rules }, (_, i) => ({
    name: `c${i}`,
    kind: kinds[i % kinds.length] as (typeof kinds)[number],
  }));
  const columns = all.map(({ name, kind }) => ({
    name,
    plainForm: kind.form,
    type: kind.form,
    precision: null,
    scale: null,
    notNull: false,
  }));
  const contract = {
    dataset: 'orders',
    target: { schema: 'public', table: 'orders' },
    format: { kind: 'csv' },
    businessKey: [],
    columns: columns as unknown as readonly ContractColumn[],
  } as unknown as Contract;
  const rejects = Array.from({ length: count }, (_, i) => ({
    reasons: all.map(({ name, kind }) => ({ code: kind.code, column: name, value: kind.cell(i) })),
    apart: () => null,
  }));
  return { contract, rejects };
}

function mends(rules: number, count = 1_000): () => number {
  const { contract, rejects } = tried(rules, count);
  return () => {
    const found = new RuleMends(contract, rejects[0]?.reasons ?? []);
    for (const reject of rejects) found.look(reject);
    return found.found().length;
  };
}

const pages: Readonly<Record<string, () => number>> = {
  'ways for ten rejects that each break three rules': mends(3, 10),
  'ways for 1,000 rejects of one rule each': mends(1),
  'ways for 1,000 rejects that each break ten rules': mends(10),
  'ways for 1,000 rejects that each break thirty': mends(30),
  'page of few rejects': () => reportPage(factsOf()).length,
  'page of 64 KiB in every text, 40 rules': () => reportPage(endlessFacts('ü'.repeat(65_536), 40)).length,
  'page of 5,000 rules': () => reportPage(endlessFacts('rule', 5_000)).length,
};

function cpuOf(make: () => number): number {
  const before = process.cpuUsage();
  make();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

for (const [name, make] of Object.entries(pages)) {
  if (options.only !== undefined && !name.includes(options.only)) continue;
  const first = cpuOf(make);
  const then = Array.from({ length: runs }, () => cpuOf(make)).reduce((sum, each) => sum + each, 0) / runs;
  console.log(
    `${name.padEnd(52)} ${first.toFixed(1).padStart(7)} ms first  ${then.toFixed(1).padStart(7)} ms then   ${make()}`,
  );
}
