import { documentLine } from '../output/documents.ts';
import type { Verb } from '../context.ts';
import { operatorOptions } from '../operating/operator-verb.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { readFileNames } from '../typed/files.ts';
import { spooledStdin, stdinName, stdinProblem } from '../input/spooled-stdin.ts';
import { readRecordEnd } from '../typed/reading/reading-options.ts';
import { UsageError } from '../typed/usage.ts';

const { 'database-url': databaseUrl, json } = operatorOptions;

export const verb: Verb = {
  examples: ['landfall sniff orders.csv --into public.orders'],
  form: 'usage: landfall sniff FILE... [--into SCHEMA.TABLE] [--record-end TEXT] [--json] [--database-url URL]',
  help: `Says how each file is to be read: what separates its cells, where its header is, which options of load say that.
FILE is a path, s3://bucket/key, or - for stdin; it may be packed. Nothing is loaded, nothing is written.

  --into SCHEMA.TABLE  asks the table: the line that names its columns is the header, and as many records as fit its types say how
                       sure that is; this is what load does with what is not declared
  --record-end TEXT    what ends a record, as load has it ('|\\n', '~', '\\x1e'); else a line end, or where the file has no lines
                       what its beginning shows
  --json               one JSON object a file
  --database-url URL   postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the embedded server

Without --into only the bytes tell it. What may be meant in several ways is said with each of them.

Exit code: 0 it is told, 3 it is in doubt or no table, 1 a technical failure, 64 wrong usage.`,
  options: { into: { type: 'string' }, 'record-end': { type: 'string' }, json, 'database-url': databaseUrl },
  async run({ values, flags, positionals }, context) {
    if (positionals.length === 0) throw new UsageError(['FILE is missing: the file to look at']);
    const wrong: string[] = [];
    const recordEnd = readRecordEnd(values['record-end'], wrong);
    if (wrong.length > 0) throw new UsageError(wrong);
    const { objects, problems } = await readFileNames(positionals, context.typedIn, stdinProblem(context));
    if (problems.length > 0) throw new UsageError([...problems]);
    const spooled = objects.some(({ key }) => key === stdinName) ? await spooledStdin(context) : '';
    const named = objects.map((object) => (object.key === stdinName ? { ...object, key: spooled } : object));
    const { sniffEach } = await import('../sniffing/sniff-each.ts');
    const asked = { into: values['into'], recordEnd, databaseUrl: values['database-url'] };
    const told = await sniffEach(named, asked, context);
    const { shownFile } = await import('../sniffing/shown.ts');
    for (const file of told) {
      if (flags.has('json')) context.out(documentLine(file));
      else context.show(shownFile(file), file.isSure);
    }
    return told.every(({ isSure }) => isSure) ? exitCode.done : exitCode.refused;
  },
};
