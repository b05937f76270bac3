import { ownHeaders } from '../core/format/file-columns.ts';
import { createHash } from 'node:crypto';
import { LoadRejected } from '../protocol/errors.ts';
import { printable } from '../core/printable.ts';
import { count } from '../words/quantities.ts';
import type { Content } from '../content/content.ts';
import { headOf } from '../content/head.ts';
import { many, type Db } from '../db/client.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import { type KeptReject, selectRejectsByNumber } from '../ledger/rejects/replays-sql.ts';
import { type Mended, mendedRecord } from './mend-record.ts';
import { asUtf8, type MendedHeader, mendedHeader } from './mended-header.ts';
import { mendedLines, type TextLine } from './mended-lines.ts';
import { hiddenColumns } from './shown-record.ts';
import { placeColumns } from './rejects-columns.ts';
import { keptRecord, type ReplayPage, type ReplayRecord } from './replay-object.ts';

/** 1 MiB: as far as a header is searched for. */
const headBytes = 1024 * 1024;
/** Lines that are compared with the quarantine at once. */
const pageLines = 200;
/** So many are named; the rest is counted. */
const namedProblems = 10;

/**
 * The records of a mended rejects.csv, page by page. What is wrong with the file is told together at its end, and nothing of it
 * is used then.
 * @throws LoadRejected REPLAY_REFUSED
 */
export async function* mendedRecords(db: Db, origin: Load, content: Content): AsyncGenerator<ReplayPage> {
  const reading = await openMended(origin, content);
  const problems: string[] = [];
  const seen = new Map<number, string>();
  for await (const lines of pagesOf(mendedLines(content, reading.header))) {
    const wanted = lines.flatMap((line) => recordNoOf(line, reading, problems) ?? []);
    const fresh = wanted.filter(({ recordNo, line }) => {
      const digest = createHash('sha1').update(JSON.stringify(line.cells)).digest('base64');
      const before = seen.get(recordNo);
      seen.set(recordNo, before ?? digest);
      if (before !== undefined && before !== digest)
        problems.push(`line ${count(line.line)}: record ${recordNo} is in the file twice, and not alike: keep one`);
      return before === undefined;
    });
    const rejects = await many<KeptReject>(
      db,
      selectRejectsByNumber(
        origin.loadId,
        fresh.map(({ recordNo }) => recordNo),
      ),
    );
    const byNumber = new Map(rejects.map((reject) => [reject.record_no, reject]));
    const left: Record<string, number> = {};
    const leave = (why: string, lines_ = 1): void => void (lines_ > 0 && (left[why] = (left[why] ?? 0) + lines_));
    leave('repeated', wanted.length - fresh.length);
    const records = fresh.flatMap(({ recordNo, line }): readonly ReplayRecord[] => {
      const reject = byNumber.get(recordNo);
      if (reject === undefined) {
        problems.push(`line ${count(line.line)}: load ${origin.loadId} rejected no record ${recordNo}`);
        return [];
      }
      if (reject.closed_by !== null) {
        leave('closedBefore');
        return [];
      }
      const mended = mendedLine(line, reject, reading);
      if (mended.bytes !== null) return [{ recordNo, ...mended }];
      if (mended.why === 'notKept') leave('notKept');
      else problems.push(`line ${count(line.line)}: ${wordsOf[mended.why]}`);
      return [];
    });
    yield { records, left };
  }
  if (problems.length === 0) return;
  const more = problems.length > namedProblems ? `; and ${count(problems.length - namedProblems)} more` : '';
  throw new LoadRejected(
    'REPLAY_REFUSED',
    `nothing of the mended file is used: ${problems.slice(0, namedProblems).join('; ')}${more}`,
  );
}

const wordsOf = {
  stillHidden:
    '(hidden) stands where a value of a sensitive column is, which is not kept with the record: write the value itself, or nothing',
  notWritable:
    'a cell holds a separator, a line end or a word for NULL, and the format of its load has no quotes to write it in',
  severalLines: 'the record is on several lines, and a record of JSON lines is on one',
} as const;

interface Reading {
  readonly origin: Load;
  readonly header: MendedHeader;
  readonly format: ReturnType<typeof formatOf>;
}

async function openMended(origin: Load, content: Content): Promise<Reading> {
  if (origin.contract === null) throw new Error(`load ${origin.loadId} has no contract`);
  const format = formatOf({ ...origin, contract: origin.contract });
  const header = mendedHeader(await headOf(content, headBytes), sourceColumns(origin, format));
  if (typeof header === 'string') throw new LoadRejected('REPLAY_REFUSED', `the file is no rejects.csv: ${header}`);
  return { origin, header, format };
}

/** As rejects.csv names them: none where records name their columns. */
export function sourceColumns({ fileColumns }: Load, { cells }: Pick<Reading['format'], 'cells'>): readonly string[] {
  return cells === null ? [] : ownHeaders(fileColumns ?? []);
}

function recordNoOf(
  line: TextLine,
  { header, origin }: Reading,
  problems: string[],
): { readonly recordNo: number; readonly line: TextLine } | null {
  if (!line.isText) {
    problems.push(`line ${count(line.line)}: it is not in UTF-8, so its characters are not known: ${asUtf8}`);
    return null;
  }
  const load = header.load === null ? '' : (line.cells[header.load] ?? '').trim();
  const record = (line.cells[header.record] ?? '').trim();
  if (load !== '' && load !== String(origin.loadId)) {
    problems.push(`line ${count(line.line)}: it is of load ${printable(load, 20)}, not of load ${origin.loadId}`);
    return null;
  }
  if (/^[1-9]\d{0,14}$/.test(record)) return { recordNo: Number(record), line };
  problems.push(
    `line ${count(line.line)}: ${placeColumns.record} is "${printable(record, 20)}", which is no number of a record`,
  );
  return null;
}

function mendedLine({ cells }: TextLine, reject: KeptReject, { origin, header, format }: Reading): Mended {
  const at = (place: number | null): string | undefined => (place === null ? undefined : (cells[place] ?? ''));
  const line = { cells: header.source.map(at), whole: at(header.whole) ?? '' };
  return mendedRecord(keptRecord(reject)?.bytes ?? null, line, { ...format, hidden: hiddenColumns(origin) });
}

async function* pagesOf(lines: AsyncIterable<TextLine>): AsyncGenerator<readonly TextLine[]> {
  let page: TextLine[] = [];
  for await (const line of lines) {
    page.push(line);
    if (page.length < pageLines) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
