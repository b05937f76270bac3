import { isDeepStrictEqual } from 'node:util';
import { ident, join, sql } from '../../functions/core/sql.ts';
import { isLoadCode } from '../../functions/protocol/load-codes.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { rejectCodes } from '../../functions/protocol/reject-codes.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { type Expected, type ExpectedReject, type HostileFile, type Row, textTable } from './hostile-file.ts';

interface StoredReject {
  readonly record_no: number;
  readonly line: number | null;
  readonly byte_offset: number;
  readonly raw: Buffer | null;
  readonly codes: readonly string[];
}

/** What became of a file. */
interface Loaded {
  readonly report: LoadReport;
  readonly rows: readonly Row[];
  readonly rejects: readonly StoredReject[];
}

/** Words of a program that fell over, which no message to a person has. */
const internal =
  /TypeError|RangeError|ReferenceError|SyntaxError|Cannot read propert|is not a function|undefined|\[object |\bat \S+ \(|node:internal|NaN\b(?! is)/;

/** Loads a file; answers all that is wrong with what became of it, nothing where it is as it has to be. */
export async function judge(pipeline: Pipeline, file: HostileFile, name: string): Promise<readonly string[]> {
  const { table = textTable, request, bytes, expected } = file;
  await pipeline.run(`truncate ${table.name}; truncate landfall.rejects`);
  const path = await pipeline.file(name, typeof bytes === 'function' ? bytes() : bytes);
  const result = await pipeline.execute({
    bucket: 'file://',
    key: path,
    into: table.name,
    ...(table.key === null ? { conflict: { rule: 'append' } } : { businessKey: table.key }),
    ...request,
    limits: { allowAllRejected: true, ...request.limits },
  });
  if (result.status !== 'SUCCEEDED') return [`the execution ended ${JSON.stringify(result).slice(0, 2_000)}`];
  const { loadId, outcome } = result.output as { loadId: number | null; outcome: LoadReport['outcome'] };
  if (loadId === null) return [`no load: ${JSON.stringify(result.output)}`];
  const { readLoadReport } = await import('../../functions/ledger/loads/summary.ts');
  const report = { ...(await pipeline.connect((db) => readLoadReport(db, loadId))), outcome };
  const [schema = '', relation = ''] = table.name.split('.');
  const columns = join(table.columns.map((column) => sql`${ident(column)}::text`));
  const stored = await pipeline.rows<{ row: Row }>(
    sql`select array[${columns}] as row from ${ident(schema)}.${ident(relation)} order by ${ident(table.columns[0] ?? '')}`,
  );
  const rejects = await pipeline.rows<StoredReject>(sql`
    select record_no::int, line::int, byte_offset::int, raw,
      array(select reason ->> 'code' from jsonb_array_elements(reasons) as reason) as codes
    from landfall.rejects where (load_id = ${loadId}) and (kind = 'reject') order by record_no`);
  const loaded: Loaded = { report, rows: stored.map(({ row }) => row), rejects };
  return [...alwaysHolds(loaded), ...differences(loaded, expected)];
}

/** What holds of every file. */
function alwaysHolds({ report, rows, rejects }: Loaded): string[] {
  const { outcome, code, message = '', counts } = report;
  const problems: string[] = [];
  if (outcome !== 'LOADED' && outcome !== 'REJECTED') problems.push(`it ended ${outcome} ${code} ${message}`);
  if (internal.test(message)) problems.push(`the message speaks of the program: ${message}`);
  if (outcome === 'REJECTED') {
    if (!isLoadCode(code ?? null)) problems.push(`it is refused with ${code}, which is no code`);
    if (message.length < 20) problems.push(`it is refused with "${message}"`);
    if (rows.length > 0) problems.push(`it is refused, and ${rows.length} rows were written`);
    return problems;
  }
  const { records, ...parts } = counts;
  const sum = Object.values(parts).reduce((all, part) => all + part, 0);
  if (records !== sum) problems.push(`${records} records are ${sum}: ${JSON.stringify(counts)}`);
  if (counts.inserted !== rows.length) problems.push(`${counts.inserted} are inserted, the table has ${rows.length}`);
  if (counts.rejected !== rejects.length)
    problems.push(`${counts.rejected} are rejected, the quarantine has ${rejects.length}`);
  for (const reject of rejects) {
    const isKnown = reject.codes.every((each) => Object.hasOwn(rejectCodes, each));
    if (!isKnown || reject.codes.length === 0) problems.push(`a reject has the codes ${reject.codes.join(', ')}`);
  }
  return problems;
}

function differences(loaded: Loaded, expected: Expected): string[] {
  const { report, rows, rejects } = loaded;
  const ended = `${report.outcome} ${report.code ?? ''} ${report.message ?? ''}`;
  if ('oneOf' in expected) {
    const all = expected.oneOf.map((each) => differences(loaded, each));
    return all.some((each) => each.length === 0) ? [] : all.flatMap((each, i) => each.map((one) => `(${i}) ${one}`));
  }
  if ('refused' in expected) {
    const { refused, says } = expected;
    if (report.outcome !== 'REJECTED' || !refused.includes(report.code ?? ''))
      return [`it should be refused with ${refused.join(' or ')}: ${ended} ${JSON.stringify(rows).slice(0, 300)}`];
    return says?.test(report.message ?? '') === false ? [`the message should say ${says}: ${report.message}`] : [];
  }
  if (report.outcome !== 'LOADED') return [`it should be loaded: ${ended}`];
  const problems: string[] = [];
  if (expected.rows !== null && !isDeepStrictEqual(rows, expected.rows))
    problems.push(`its rows are ${shown(rows)}, they should be ${shown(expected.rows)}`);
  if (expected.rejects === null) return problems;
  const wanted = expected.rejects ?? [];
  if (wanted.length !== rejects.length || !wanted.every((each, i) => isSame(each, rejects[i])))
    problems.push(`its rejects are ${shown(rejects)}, they should be ${shown(wanted)}`);
  return problems;
}

function isSame({ codes, line, byteOffset, raw }: ExpectedReject, stored: StoredReject | undefined): boolean {
  return (
    stored !== undefined &&
    codes.some((code) => stored.codes.includes(code)) &&
    (line === undefined || line === stored.line) &&
    (byteOffset === undefined || byteOffset === stored.byte_offset) &&
    (raw === undefined || stored.raw?.equals(raw) === true)
  );
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && 'data' in each && Array.isArray(each.data)
      ? Buffer.from(each.data as number[]).toString('latin1')
      : each,
  ).slice(0, 1_500);
}
