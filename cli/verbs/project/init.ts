import type { Verb } from '../../context.ts';
import { documentLine } from '../../output/documents.ts';
import { operatorOptions } from '../../operating/operator-verb.ts';
import { exitCode } from '../../typed/exit-codes.ts';

const { 'database-url': databaseUrl, json } = operatorOptions;

export const verb: Verb = {
  examples: ['landfall init orders.csv --into public.orders', 'landfall init orders.csv --into public.orders --ddl'],
  form: `usage: landfall init FILE [--into SCHEMA.TABLE] [--name NAME] [options]
       landfall init FILE --into SCHEMA.TABLE --ddl [options]`,
  help: `Writes a dataset for files like FILE, and the command that tries it. All of FILE is read: how it is to be read, what its columns
hold, which of them tell its records apart; then the table is asked. On a terminal each answer is a question, with what is proposed
and why; elsewhere the proposal stands. What is said by an option is not asked. Rows are never written, and a dataset that is there is never overwritten.

  --into SCHEMA.TABLE   where the rows go; else the one table that has a column for each of the file. Where there is no such table,
                        statements that make it are printed; you run them
  --ddl                 print those statements only, and write nothing; no database is asked
  --name NAME           of the dataset; else the table's
  --prefix PREFIX/      objects below it belong to the dataset; else NAME/
  --key COLUMN,...      columns of the table that identify a row; else those of a unique index, or of a new table those that have
                        other values in each record
  --conflict RULE       what becomes of a row whose key the table has already; else newer-wins by a column that is called like a
                        version, else update, and append where there is no key
  --live auto|yes|no    whether others use the table while it is loaded
  --max-reject-share S  more rejects refuse a file: a share of its records, 0 to 1
  --format, --delimiter, --quote, --escape, --null, --skip-rows, --member, --encoding, --no-header --columns, --json-path, --fixed,
  --sheet, --rename, --ignore, --lenient
                        how FILE is read, as \`landfall load --help\` says; else what its bytes show
  --yes                 nothing is asked: what is proposed stands
  --json                the same, and one JSON object on stdout: file, dataset, command, ddl, proposals
  --database-url URL    postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the embedded server where it runs

The dataset is datasets/NAME.json, or where the patterns of landfall.config.* find it; where there is no config, one is written too.

Exit code: 0 it is written, or printed, 3 FILE or the table cannot be loaded so, 1 a technical failure, 64 wrong usage.`,
  options: {
    into: { type: 'string' },
    name: { type: 'string' },
    prefix: { type: 'string' },
    key: { type: 'string' },
    conflict: { type: 'string' },
    live: { type: 'string' },
    'max-reject-share': { type: 'string' },
    format: { type: 'string' },
    delimiter: { type: 'string' },
    quote: { type: 'string' },
    escape: { type: 'string' },
    null: { type: 'string', multiple: true },
    'skip-rows': { type: 'string' },
    member: { type: 'string' },
    encoding: { type: 'string' },
    'no-header': { type: 'boolean' },
    columns: { type: 'string' },
    'json-path': { type: 'string' },
    fixed: { type: 'string' },
    sheet: { type: 'string' },
    rename: { type: 'string', multiple: true },
    ignore: { type: 'string', multiple: true },
    lenient: { type: 'string' },
    ddl: { type: 'boolean' },
    json,
    'database-url': databaseUrl,
  },
  async run(typed, context) {
    const { readInitOrders } = await import('../../init/orders.ts');
    const orders = await readInitOrders(typed, context);
    const { initialise, LoadRejected, proposedTable } = await import('../../init/init.ts');
    try {
      if (orders.ddl) context.out(await proposedTable(orders, context));
      else {
        const said = await initialise(orders, context);
        const { shownInit } = await import('../../init/shown.ts');
        if (said === null) context.err('nothing was written\n');
        else if (orders.json) context.out(documentLine(said));
        else shownInit(said, context);
      }
      return exitCode.done;
    } catch (error) {
      if (!(error instanceof LoadRejected)) throw error;
      context.err(`landfall init: ${error.message}\n`);
      return exitCode.refused;
    }
  },
};
