import type { LoadReport, Outcome } from '../protocol/outcomes.ts';
import { isUnbalanced, needsForce } from '../protocol/passing-causes.ts';
import { printable, printableLines } from '../core/printable.ts';
import { bytes, columns, count, duration, oneLine, plural } from './quantities.ts';
import { controlLines } from './summary-lines/control-lines.ts';
import { decodedLines } from './summary-lines/decoded-lines.ts';
import { diffLines } from './summary-lines/diff-lines.ts';
import { governorLines } from './summary-lines/governor-lines.ts';
import { quarantineLines } from './summary-lines/quarantine-lines.ts';
import { heldLines } from './summary-lines/held-lines.ts';
import type { View } from './view.ts';
import { suppliedLines } from './summary-lines/supplied-lines.ts';
import { cleanedLines } from './summary-lines/cleaned-lines.ts';
import { nextLines } from './next-lines.ts';
import { warningLines } from './summary-lines/warning-lines.ts';
import { objectLines } from './summary-lines/object-lines.ts';
import { nullWordLines } from './summary-lines/null-word-lines.ts';
import { shortName, shortPath } from './object-name.ts';
import { beforeTriggerLines } from './summary-lines/before-trigger-lines.ts';
import { undoneLines } from './summary-lines/undone-lines.ts';
import { type Example, rejectLines } from './summary-lines/reject-lines.ts';
import { sequenceLines } from './summary-lines/sequence-lines.ts';

/** What a person reads after a load: outcome in words, counts, why rows were rejected, where the reports are, what to do next. */
export function summary(
  report: LoadReport,
  options: View & {
    readonly examples: readonly Example[];
    readonly milliseconds: number;
    /** Instead of the outcome: what there is to say of a load that has none. */
    readonly state?: string;
    /** More lines before the last, and another last one. */
    readonly more?: readonly string[];
    readonly next?: string;
    /** It is a plan: what each count would do to the table is marked, and all of the diff is shown. */
    readonly isPlan?: boolean;
  },
): string {
  const { folder, more = [], next, isPlan = false } = options;
  const lines = [headline(report, options), ...why(report), ...countLines(report, options)];
  lines.push(
    ...diffLines(report, isPlan),
    ...heldLines(report),
    ...undoneLines(report),
    ...objectLines(report, options),
    ...zoneLines(report),
    ...overtookLines(report, folder),
    ...dialectLines(report),
    ...decodedLines(report),
    ...skippedLines(report),
    ...trailerLines(report),
    ...controlLines(report),
    ...indexLines(report),
    ...governorLines(report),
    ...unnamedLines(report),
    ...keptRowLines(report),
    ...sequenceLines(report),
    ...beforeTriggerLines(report),
    ...suppliedLines(report),
    ...cleanedLines(report),
    ...nullWordLines(report),
    ...warningLines(report),
    ...rejectLines(report, options),
    ...quarantineLines(report, options),
    ...notJudgedLines(report),
    ...reportLines(report, folder),
    ...more,
  );
  lines.push(...(next === undefined ? nextLines(report, options) : [`  next        ${next}`]));
  return `${lines.join('\n')}\n`;
}

const inWords: Readonly<Record<Outcome, string>> = {
  LOADED: 'loaded',
  ALREADY_LOADED: 'already loaded, nothing was read or changed',
  DRY_RUN: 'dry run: this would happen, nothing was changed',
  HELD: 'held: it waits for an approval, the table is untouched',
  REJECTED: 'refused, the table is untouched',
  SUPERSEDED: 'superseded: a newer version of this file is loaded already',
  IGNORED: 'ignored',
  FAILED: 'failed for a technical reason; what was merged before stays, and the same command again resumes',
};

const cancelled = 'cancelled; what was merged before stays, and the same command again resumes';
const failedForGood = 'failed; what was merged before stays';

/** How a load ended, as a part of a sentence. */
export function outcomeInWords({ outcome, code, undone }: LoadReport): string {
  if (outcome === 'LOADED' && undone !== undefined)
    return undone.at === null ? 'loaded, and being undone' : 'loaded, and undone since';
  if (outcome === 'FAILED' && (needsForce(code) || isUnbalanced(code))) return failedForGood;
  return code === 'CANCELLED' ? cancelled : inWords[outcome];
}

function headline(report: LoadReport, { folder, state }: { folder: string; state?: string }): string {
  const where = report.dataset === null ? '' : ` into ${printable(report.dataset)}`;
  const load = report.loadId === null ? '' : ` (load ${report.loadId})`;
  return `${shortName(report.object, folder)}${where}: ${state ?? outcomeInWords(report)}${load}`;
}

function why({ code, message }: LoadReport): readonly string[] {
  if (code === undefined && message === undefined) return [];
  const words = message === undefined ? undefined : printableLines(message).replaceAll('\n', '\n              ');
  const what = code === undefined ? undefined : printable(code);
  return [`  why         ${[what, words].filter((text) => text !== undefined).join(': ')}`];
}

/** What a count means for the table, as plans mark it. */
const signs: Readonly<Record<string, string>> = { inserted: '+', updated: '~', deleted: '-' };

function countLines(
  report: LoadReport,
  { milliseconds, isPlan = false }: { readonly milliseconds: number; readonly isPlan?: boolean },
): readonly string[] {
  const { counts, outcome } = report;
  const named = (name: string): string => (isPlan ? `${signs[name] ?? ' '} ${name}` : name);
  if (counts.records === 0 && outcome !== 'LOADED') return [];
  const earlier = outcome === 'ALREADY_LOADED' ? ' (by the first load)' : '';
  const rate =
    outcome === 'ALREADY_LOADED' || milliseconds <= 0
      ? ''
      : `, in ${duration(milliseconds)}, ${count(Math.round((counts.records * 1_000) / milliseconds))} records/s`;
  const rows = Object.entries(counts).filter(([name, number]) => number > 0 && name !== 'records');
  const table = columns(
    [[named('records'), count(counts.records)], ...rows.map(([name, number]) => [named(name), count(number)])],
    [1],
  )
    .trimEnd()
    .split('\n');
  const [records = '', ...others] = table;
  return [`  ${records}${earlier || `  ${bytes(report.bytes)}${rate}`}`, ...others.map((line) => `  ${line}`)];
}

function dialectLines({ dialect }: LoadReport): readonly string[] {
  if (dialect === undefined) return [];
  const share =
    dialect.share === 1 ? '' : `; of the records that were looked at ${Math.round(dialect.share * 100)}% fit the table`;
  const { format } = dialect.sniffed;
  if (format === 'ndjson') return [`  read as     ${dialect.options}: each of its lines is an object of its own`];
  if (format === 'json-seq')
    return [`  read as     ${dialect.options}: its texts have record separators before them (RFC 7464)`];
  // what was found and not declared is what is read anyway
  if (dialect.options === '') return [`  read as     what is declared says; what is not is as usual${share}`];
  return [`  read as     ${dialect.options}, as the file itself shows; nobody declared it${share}`];
}

function skippedLines({ skipped }: LoadReport): readonly string[] {
  if (skipped === undefined) return [];
  const { blankRows, repeatedHeaders } = skipped;
  const what = [
    ...(blankRows > 0 ? [plural(blankRows, 'blank row')] : []),
    ...(repeatedHeaders > 0 ? [`the header again ${plural(repeatedHeaders, 'time')}`] : []),
  ];
  return [`  passed over ${what.join(', ')}`];
}

function trailerLines({ trailer }: LoadReport): readonly string[] {
  return (trailer ?? []).map((line, i) => `  ${i === 0 ? 'no records' : '          '}  ${printable(line, 200)}`);
}

/** Of indexes that stay nothing is said here: report.json has each with its reason. */
function indexLines({ indexes: planned, outcome }: LoadReport): readonly string[] {
  if (planned?.plan !== 'rebuild') return [];
  const chosen = planned.indexes.filter(({ plan }) => plan === 'rebuild');
  if (outcome === 'DRY_RUN') {
    const names = chosen.map(({ name, sizeBytes }) => `${printable(name)} (${bytes(sizeBytes)})`).join(', ');
    return [
      `  indexes     would be dropped before the merge and built again after it: ${names}; ${printable(planned.why)}`,
    ];
  }
  const back = chosen.filter(({ became }) => became === 'rebuilt');
  const missing = chosen.filter(({ became }) => became === 'missing');
  const milliseconds = 1_000 * back.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const names = back.map(({ name }) => printable(name)).join(', ');
  return [
    ...(back.length === 0
      ? []
      : [`  indexes     dropped before the merge and built again after it, in ${duration(milliseconds)}: ${names}`]),
    ...missing.map(
      ({ name, why: reason }) => `  indexes     ${printable(name)} is dropped and not back: ${printable(reason)}`,
    ),
  ];
}

/** Five at most: report.json has more. */
function keptRowLines({ keptRows }: LoadReport): readonly string[] {
  if (keptRows === undefined) return [];
  const shown = keptRows.shown.slice(0, 5).map(({ key, message }) => `    ${printable(key, 60)}: ${oneLine(message)}`);
  return [
    `  not deleted ${plural(keptRows.rows, 'row')} that the file does not hold, since the target refuses it:`,
    ...shown,
  ];
}

function unnamedLines({ unnamedColumns = [] }: LoadReport): readonly string[] {
  const [first, ...more] = unnamedColumns;
  if (first === undefined) return [];
  const which =
    more.length === 0 ? `column ${first} of the file has` : `columns ${unnamedColumns.join(', ')} of the file have`;
  return [`  left out    ${which} no name in the header; a value in ${more.length === 0 ? 'it' : 'them'} is a reject`];
}

function overtookLines({ overtook = [] }: LoadReport, folder: string): readonly string[] {
  const [newest, ...more] = overtook;
  if (newest === undefined) return [];
  const name = `load ${newest.loadId} (${shortName(newest, folder)}, last changed ${printable(newest.lastModified)})`;
  const others = more.length === 0 ? '' : ` and ${plural(more.length, 'more load')} of newer files`;
  return [
    `  overtook    it is older than the file of ${name}${others}, which ${more.length === 0 ? 'was' : 'were'} merged before it (docs/datasets.md#order)`,
  ];
}

function zoneLines({ timeZone }: LoadReport): readonly string[] {
  if (timeZone === null || timeZone.cells === 0) return [];
  return [
    `  time zone   ${printable(timeZone.name)}, in which ${plural(timeZone.cells, 'time')} without an offset ${timeZone.cells === 1 ? 'was' : 'were'} read`,
  ];
}

/** Ten names at most: report.json has all. */
function notJudgedLines({ notJudged = [] }: LoadReport): readonly string[] {
  if (notJudged.length === 0) return [];
  const names = notJudged.slice(0, 10).map(({ kind, name }) => `${kind} ${printable(name)}`);
  const more = notJudged.length > 10 ? ` and ${count(notJudged.length - 10)} more` : '';
  return [`  not known   only the load itself shows whether these refuse rows: ${names.join(', ')}${more}`];
}

function reportLines({ reportPath, pagePath, rejectsPath }: LoadReport, folder: string): readonly string[] {
  return [
    ...(reportPath === null ? [] : [`  report      ${shortPath(reportPath, folder)}`]),
    ...(pagePath === undefined ? [] : [`  page        ${shortPath(pagePath, folder)}`]),
    ...(rejectsPath === null ? [] : [`  rejects     ${shortPath(rejectsPath, folder)}`]),
  ];
}
