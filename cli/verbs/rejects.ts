import { versioned } from '../output/documents.ts';
import { columns, oneLine } from '../../functions/words/quantities.ts';
import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';
import { csvOf, type Listed, ndjsonOf, type OutputForm, outputForm, outputOption } from '../output/forms.ts';
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

const outputs: Readonly<Record<OutputForm, (answer: Answer) => string>> = {
  table: ({ rejects }) => columns([['line', 'record', 'code', 'column', 'reason'], ...rejects.flatMap(rowsOf)], [0, 1]),
  json: ({ rejects }) => `${JSON.stringify(rejects.map(versioned))}\n`,
  ndjson: ({ rejects }) => ndjsonOf(rejects),
  csv: ({ rejects }) => csvOf({ columns: csvColumns, rows: rejects.flatMap(csvRowsOf) }),
};

const csvColumns = ['line', 'record', 'code', 'column', 'reason', 'raw'];

export const verb = operatorVerb({
  name: 'rejects',
  examples: ['landfall rejects 7', 'landfall rejects 7 --code NOT_NULL --column email --output csv'],
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
    ...outputOption,
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
  json: (answer) => ndjsonOf((answer as Answer).rejects),
  none: (answer) => (answer as Answer).rejects.length === 0,
});

function kindOf({ flags }: Arguments): 'reject' | 'duplicate' | 'warning' {
  if (flags.has('duplicates') && flags.has('warnings'))
    throw new UsageError(['--duplicates and --warnings ask for different records: give one of them']);
  if (flags.has('warnings')) return 'warning';
  return flags.has('duplicates') ? 'duplicate' : 'reject';
}

function outputOf(typed: Arguments): ((answer: Answer) => string) | null {
  const form = outputForm(typed);
  return typed.values['output'] === undefined ? null : outputs[form];
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

function csvRowsOf({ line, recordNo: record, reasons, raw = null }: Reject): Listed['rows'] {
  return reasons.map(({ code, column, message, rule }) => ({
    ...{ line, record, code, column, raw },
    reason: withRule(message, rule),
  }));
}

function withRule(message: string, rule: string | undefined): string {
  return rule === undefined ? message : `${rule}: ${message}`;
}
