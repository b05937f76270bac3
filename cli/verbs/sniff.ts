import type { Verb } from '../context.ts';
import { operatorOptions } from '../operating/operator-verb.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { readFileNames } from '../typed/files.ts';
import { UsageError } from '../typed/usage.ts';

const { 'database-url': databaseUrl, json } = operatorOptions;

export const verb: Verb = {
  form: 'usage: landfall sniff FILE... [--into SCHEMA.TABLE] [--json] [--database-url URL]',
  help: `Says how each file is to be read: what separates its cells, where its header is, which options of load say that.
FILE is a path or s3://bucket/key; it may be packed. Nothing is loaded, nothing is written.

  --into SCHEMA.TABLE  asks the table: the line that names its columns is the header, and as many records as fit its types say how
                       sure that is; this is what load does with what is not declared
  --json               one JSON object a file
  --database-url URL   postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the embedded server

Without --into only the bytes tell it. What may be meant in several ways is said with each of them.

Exit code: 0 it is told, 3 it is in doubt or no table, 1 a technical failure, 64 wrong usage.`,
  options: { into: { type: 'string' }, json, 'database-url': databaseUrl },
  async run({ values, flags, positionals }, context) {
    if (positionals.length === 0) throw new UsageError(['FILE is missing: the file to look at']);
    const { objects, problems } = await readFileNames(positionals, context.typedIn);
    if (problems.length > 0) throw new UsageError([...problems]);
    const { sniffEach } = await import('../sniffing/sniff-each.ts');
    const told = await sniffEach(objects, { into: values['into'], databaseUrl: values['database-url'] }, context);
    const { shownFile } = await import('../sniffing/shown.ts');
    for (const file of told) context.out(flags.has('json') ? `${JSON.stringify(file)}\n` : shownFile(file));
    return told.every(({ isSure }) => isSure) ? exitCode.done : exitCode.refused;
  },
};
