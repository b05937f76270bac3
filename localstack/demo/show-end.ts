import { sql } from '../../functions/core/sql.ts';
import { type Db, many } from '../../functions/db/client.ts';
import { commandLine, type Context } from '../../cli/context.ts';
import { readRejects } from '../../functions/operate/rejects.ts';
import type { LoadSession } from '../../cli/loading/load-one.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import { printable } from '../../functions/core/printable.ts';
import { columns, count, duration, oneLine } from '../../functions/words/quantities.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';

/** One load of the demo, and what it showed. */
export interface Told {
  readonly name: string;
  readonly report: LoadReport;
  readonly milliseconds: number;
}

/** The end of the demo: counts, some rows and rejects as the database has them, reports, and where to look for oneself. */
export async function showEnd(
  told: readonly Told[],
  session: LoadSession,
  context: Context,
  milliseconds: number,
): Promise<void> {
  const { out, typedIn, home } = context;
  out(`What became of every record (${duration(milliseconds)} in all)\n${indented(countTable(told))}\n`);
  out(`Rows, as the database has them\n${indented(await session.connect(rows))}\n`);
  out(`Rejects: the record stays whole, with every reason\n${await session.connect((db) => rejects(db, told))}\n`);
  const last = told.findLast(({ report }) => report.counts.rejected > 0)?.report;
  out(`Reports\n`);
  if (last?.reportPath) out(`  ${shortPath(last.reportPath, typedIn)}\n`);
  if (last?.rejectsPath) out(`  ${shortPath(last.rejectsPath, typedIn)}\n`);
  const landing = shortPath(`${home}/landing`, typedIn);
  out(`
Look for yourself (the server stays up until you stop it)
  psql "$(npm run --silent landfall -- url)"

Next
${indented(nextTable(last?.loadId ?? 1, landing))}`);
}

function nextTable(loadId: number, landing: string): string {
  return columns([
    [commandLine('status'), 'what was loaded'],
    [commandLine(`rejects ${loadId}`), 'what was refused, and why'],
    [commandLine('url'), 'the URL of the database, with its password'],
    [commandLine('load FILE --into SCHEMA.TABLE --key COLUMN'), 'your own file into your own table'],
    ['npm run dev', `then drop a file: cp orders.csv ${landing}/orders/`],
    [commandLine('stop'), 'stop the server'],
  ]);
}

function countTable(told: readonly Told[]): string {
  const names = ['records', 'inserted', 'updated', 'unchanged', 'duplicate', 'rejected'] as const;
  const lines = told.map(({ name, report, milliseconds }) => [
    name,
    report.outcome,
    ...names.map((column) => (report.outcome === 'ALREADY_LOADED' ? '-' : count(report.counts[column]))),
    duration(milliseconds),
  ]);
  return columns([['file', 'outcome', ...names, 'took'], ...lines], [2, 3, 4, 5, 6, 7, 8]);
}

async function rows(db: Db): Promise<string> {
  const zipcodes = await many<Record<string, unknown>>(
    db,
    sql`select zip_code, city, state::text, county from public.zipcodes order by zip_code limit 2`,
  );
  const orders = await many<Record<string, unknown>>(
    db,
    sql`select id, account, amount, currency, status, note from public.orders where (note like ${'%\n%'}) order by id limit 2`,
  );
  return `${table('public.zipcodes', zipcodes)}${table('public.orders', orders)}`;
}

function table(name: string, found: readonly Record<string, unknown>[]): string {
  const head = Object.keys(found[0] ?? {});
  const cells = found.map((row) => Object.values(row).map((value) => printable(String(value), 50)));
  return `${name}\n${indented(columns([head, ...cells]))}`;
}

async function rejects(db: Db, told: readonly Told[]): Promise<string> {
  const shown: string[] = [];
  // the file that came twice would only repeat itself
  for (const { name, report } of told.slice(0, 4)) {
    if (report.outcome !== 'LOADED' || report.loadId === null || report.counts.rejected === 0) continue;
    const [first] = await readRejects(db, { loadId: report.loadId, kind: 'reject', code: null, most: 1 });
    if (first === undefined) continue;
    const reasons = first.reasons.map(({ code, message }) => `      ${code}: ${oneLine(message, 110)}\n`);
    shown.push(
      `  ${name}, line ${count(first.line ?? 0)}\n    > ${printable(first.raw?.toString('utf8') ?? '', 110)}\n${reasons.join('')}`,
    );
  }
  return shown.join('');
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
