import { csvLine } from '../../functions/replay/csv-line.ts';
import { columns, oneLine } from '../../functions/words/quantities.ts';
import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';
import { readCount } from '../typed/positionals.ts';
import { type Arguments, UsageError } from '../typed/usage.ts';

interface Answer {
  readonly rejects: readonly Reject[];
}

interface Reject {
  /** Null: a rule over the whole load warned. */
  readonly recordNo: number | null;
  readonly line: number | null;
  readonly reasons: readonly {
    readonly code: string;
    readonly column: string | null;
    readonly rule?: string;
    readonly message: string;
  }[];
  readonly raw?: string | null;
}

const outputs: Readonly<Record<string, (answer: Answer) => string>> = {
  table: ({ rejects }) => columns([['line', 'record', 'code', 'column', 'reason'], ...rejects.flatMap(rowsOf)], [0, 1]),
  json: ({ rejects }) => `${JSON.stringify(rejects)}\n`,
  ndjson: linesOf,
  csv: ({ rejects }) =>
    // a terminal is shown no carriage return
    [csvLine(['line', 'record', 'code', 'column', 'reason', 'raw']), ...rejects.map(csvOf)]
      .join('')
      .replaceAll('\r\n', '\n'),
};

export const verb = operatorVerb({
  name: 'rejects',
  form: 'usage: landfall rejects LOAD [--code CODE] [--column COLUMN] [--duplicates | --warnings] [--limit N] [--output table|json|ndjson|csv] [--json] [--database-url URL | --stack NAME]',
  help: `Shows the records that a load refused: line, every reason, and the record as it stands in the file, without the values of
sensitive columns.

  --code CODE          only those that broke this rule
  --column COLUMN      only those that broke a rule of this column; with --code, that rule of it
  --duplicates         the losers of duplicate keys instead
  --warnings           what rules only warned of instead: of each rule and slice the first twenty records, which were merged
  --limit N            at most N records (20); of a stack also at most 1.5 MB of them
  --output WORD        table, or csv: a line a reason; json: one array; ndjson: an object a line
  --json               as --output ndjson: one JSON object a record; raw is the record's text, rawBase64 stands for it where it is no UTF-8
${operatorHelp}`,
  options: {
    code: { type: 'string' },
    column: { type: 'string' },
    duplicates: { type: 'boolean' },
    warnings: { type: 'boolean' },
    limit: { type: 'string' },
    output: { type: 'string' },
  },
  input(typed) {
    const { values, positionals } = typed;
    outputOf(typed);
    return {
      loadId: readLoadId(positionals),
      kind: kindOf(typed),
      code: values['code'],
      column: values['column'],
      most: readCount('limit', values['limit']),
    };
  },
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
  output: (answer, typed) => outputOf(typed)?.(answer as Answer) ?? null,
  json: (answer) => linesOf(answer as Answer),
  none: (answer) => (answer as Answer).rejects.length === 0,
});

function kindOf({ flags }: Arguments): 'reject' | 'duplicate' | 'warning' {
  if (flags.has('duplicates') && flags.has('warnings'))
    throw new UsageError(['--duplicates and --warnings ask for different records: give one of them']);
  if (flags.has('warnings')) return 'warning';
  return flags.has('duplicates') ? 'duplicate' : 'reject';
}

function outputOf({ values, flags }: Arguments): ((answer: Answer) => string) | null {
  const { output } = values;
  if (output === undefined) return null;
  if (flags.has('json')) throw new UsageError(['--json and --output say the same: give one of them']);
  const known = Object.hasOwn(outputs, output) ? outputs[output] : undefined;
  if (known === undefined)
    throw new UsageError([`--output: "${output}" is none; there are ${Object.keys(outputs).join(', ')}`]);
  return known;
}

function linesOf({ rejects }: Answer): string {
  return rejects.map((reject) => `${JSON.stringify(reject)}\n`).join('');
}

function rowsOf({ line, recordNo, reasons }: Reject): readonly (readonly string[])[] {
  return reasons.map(({ code, column, message, rule }) => [
    line === null ? '' : String(line),
    recordNo === null ? '' : String(recordNo),
    code,
    column ?? '',
    oneLine(withRule(message, rule), 160),
  ]);
}

function csvOf({ line, recordNo, reasons, raw = null }: Reject): string {
  return reasons
    .map(({ code, column, message, rule }) =>
      csvLine([
        line === null ? null : String(line),
        recordNo === null ? null : String(recordNo),
        ...[code, column, withRule(message, rule), raw],
      ]),
    )
    .join('');
}

function withRule(message: string, rule: string | undefined): string {
  return rule === undefined ? message : `${rule}: ${message}`;
}
