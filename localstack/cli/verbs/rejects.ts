import type { Verb } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { type RejectLine, readRejects } from '../ledger-reads.ts';
import { lookIntoLedger, noSuchLoad, readLoadId } from '../ledger-session.ts';
import { UsageError } from '../usage.ts';
import { oneLine, printable } from '../words.ts';

export const verb: Verb = {
  form: 'usage: landfall rejects LOAD [--code CODE] [--duplicates] [--limit N] [--json] [--database-url URL]',
  help: `Shows the records that a load refused: line, every reason, and the record as it stands in the file.

  --code CODE          only those that broke this rule
  --duplicates         the losers of duplicate keys instead
  --limit N            at most N records (20)
  --json               one JSON object a record; raw is the record's text, rawBase64 stands for it where it is no UTF-8
  --database-url URL   else DATABASE_URL, else the embedded server`,
  options: {
    code: { type: 'string' },
    duplicates: { type: 'boolean' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
    'database-url': { type: 'string' },
  },
  async run({ values, flags, positionals }, context) {
    const loadId = readLoadId(positionals);
    const most = readLimit(values['limit'] ?? '20');
    const kind = flags.has('duplicates') ? 'duplicate' : 'reject';
    const found = await lookIntoLedger(values['database-url'], context, async (db) => {
      const { findLoad } = await import('../../../functions/ledger/load.ts');
      const { selectLoad } = await import('../../../functions/ledger/loads-sql.ts');
      if ((await findLoad(db, selectLoad(loadId))) === null) throw noSuchLoad(loadId);
      return await readRejects(db, { loadId, kind, code: values['code'] ?? null, most });
    });
    if (found === null) throw noSuchLoad(loadId);
    if (found.length === 0) context.err(`load ${loadId} has no such records\n`);
    const show = flags.has('json') ? asJson : asText;
    for (const reject of found) context.out(show(reject));
    return exitCode.done;
  },
};

function readLimit(typed: string): number {
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed);
  throw new UsageError([`--limit: "${typed}" is not a whole number, 1 or more`]);
}

function asText({ line, record_no: recordNo, raw, reasons }: RejectLine): string {
  const place = line === null ? `record ${recordNo}` : `line ${line}`;
  const told = reasons.map(
    ({ code, column, message }) => `  ${code}${column === null ? '' : ` ${column}`}: ${oneLine(message, 160)}\n`,
  );
  return `${place}\n${told.join('')}${raw === null ? '' : `  > ${printable(raw.toString('utf8'), 200)}\n`}`;
}

function asJson({ line, record_no: recordNo, kind, raw, reasons }: RejectLine): string {
  return `${JSON.stringify({ recordNo, line, kind, reasons, ...rawJson(raw) })}\n`;
}

function rawJson(raw: Buffer | null): object {
  if (raw === null) return { raw: null };
  const text = raw.toString('utf8');
  return Buffer.from(text, 'utf8').equals(raw) ? { raw: text } : { rawBase64: raw.toString('base64') };
}
