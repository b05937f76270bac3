import { conflictRules, typedRule } from '../../functions/conflict/all.ts';
import type { Verb } from '../context.ts';
import { leniencies } from '../../functions/words/leniencies.ts';
import { loadEach } from '../loading/load-each.ts';
import { cleaningHelp } from '../typed/cleaning-options.ts';
import { readLoadOptions } from '../typed/load-options.ts';
import { ruleForms } from '../typed/rule-options.ts';
import { allSmall, withLoadSession } from '../loading/session.ts';

export const verb: Verb = {
  examples: [
    'landfall load orders.csv --into public.orders --key id --dry-run',
    'landfall load orders.csv --into public.orders --key id',
    "landfall load 'in/*.csv.gz' --dataset orders",
    "landfall load 'in/2026-05-*.csv' --into public.orders --key id --together",
    'landfall load s3://shop-exports/orders/2026-05.parquet --dataset orders --json',
    'landfall load - --into public.orders --key id --format ndjson',
  ],
  form: `usage: landfall load FILE... --dataset NAME [options]
       landfall load FILE... --into SCHEMA.TABLE --key COLUMN,... [options]`,
  help: `Loads files one after the other, as typed. FILE is a path, a pattern ('orders/*.csv', those in the order of their names),
s3://bucket/key (the usual AWS credentials, AWS_ENDPOINT_URL), or - for stdin, a load keyed by the SHA-256 of what comes.
The same command again resumes a load that was interrupted, and does nothing to one that is done.

Where it goes
  --dataset NAME        a dataset of your project; may be left out where the file's prefix tells it
  --into SCHEMA.TABLE   a table of the database; columns and rules come from its catalogue
  --key COLUMN,...      with --into: the columns whose values identify a row; they need a unique index

How the file is read, of a load --into; of a dataset it is declared
  --format NAME         csv, tsv, ndjson (one JSON object a line), json (an array of objects, or one object),
                        json-seq (objects behind record separators, RFC 7464), parquet, xlsx or fixed (columns of fixed
                        width); else by name: *.tsv, *.ndjson, *.jsonl, *.json, *.json-seq, *.parquet, *.xlsx, else csv
  --sheet NAME          the sheet of a workbook (.xlsx); else the first that is seen
  --cells displayed     numbers of a workbook as their cells show them (00501, 12%); else as they are stored
  --delimiter C|tab     the character between cells, or several ('||'); else a comma, and a tab for *.tsv
  --quote none|C        quotes are data, or C encloses cells ("'"); else '"' does, and between tabs a quoted cell
                        that may as well be several records is rejected
  --record-end TEXT     what ends a record, where no line end does ('|\\n', '~', '\\x1e'): line ends are data then
  --escape C            between quotes what stands before a quote, or before itself, that is data ('\\'); else the
                        quote is written twice
  --comment PREFIX      lines that begin with it ('#') are no records; those between quotes are data
  --null TOKEN          a cell that is exactly this, without quotes, is NULL; again for more
  --skip-rows N         lines before the header that are read over, whatever they hold
  --member PATTERN      which file of a zip archive; * is any text, ? any character; else it has to hold only one
  --encoding NAME       UTF-8 is read as it is, and UTF-16 or UTF-32 with a byte order mark; else the encoding of the
                        file, such as windows-1252, iso-8859-15, utf-16le, cp850, shift_jis, gb18030, big5, euc-kr
  --header-rows N       the header is N records, the parts of a name below each other; --header-join TEXT is put
                        between them, else a blank
  --no-header --columns NAME,...  the file has no header, and these are its columns in their order
  --fixed NAME:WIDTH,...  the columns of a line in their order and their widths in characters, of format fixed
  --json-path PATH      where the array of records stands in a document of JSON: data.items or /data/items
  --trailer-rows N      the last N lines are no records: a total, a count; blank lines behind them do not count
  --trailer-records CELL, --trailer-sum COLUMN=CELL  which cell of them, counted from 1, says how many records
                        the file has, and what a column adds up to; of fixed width characters (4-9), of ndjson keys
                        (totals.count); compared as --expect-records is. --trailer-line N: in
                        which line of them, else the first
  --blank-rows W        records all of whose cells are empty: skip (default), reject or keep
  --short-rows pad, --long-rows cut  records with fewer cells than the header have NULL in the others, and what
                        more there is in longer ones is left out; else both are rejects
  --repeated-headers skip  the header again inside the file is passed over; else it is a reject

Columns and cleaning, of a load --into
  --clean COLUMN=STEP,...  what becomes of a column's cells before they are judged, in this order; again for more
                        columns, '*' for all of text; a comma in a step has a backslash before it:
${cleaningHelp(' '.repeat(26))}
  --constant COLUMN=TEXT  every record has this in the column, which the file does not bring; again for more
  --lineage COLUMN=KIND  again for more: where a record came from, written with rows that are new or changed:
                        load-id, object-key, line, record (its number in the file), loaded-at (when the load began),
                        object-time (when the file was changed last)
  --sensitive COLUMN,...  columns whose values are shown nowhere, (hidden) in reasons, reports and rejects.csv
  --lenient NAME,...    let more through than the strict rules do:
${Object.entries(leniencies)
  .map(([name, what]) => `                          ${name.padEnd(18)}${what}`)
  .join('\n')}
  --time-zone NAME      the zone of times without an offset (timestamptz), like Europe/Zurich; else the database's own
  --rename HEADER=COLUMN  again for more: the column of the table that a name in the file stands for
  --ignore HEADER,...   again for more: columns of the file that are read and dropped; a comma in a name has a
                        backslash before it
  --ignore-positions N,...  columns of the file that are read and dropped, by their place from 1
  --unknown-columns W   names that are no column: refuse (default; of ndjson and json the record is a reject), ignore, or
                        capture=COLUMN: into a column of json or jsonb, as one object

Which rows win, of a load --into
  --order strict        refuse a file that is older than one that was merged into the table before
  --conflict RULE       what becomes of a row whose key the table has already; the first if nothing is said:
${conflictRules.map((rule) => `                          ${typedRule(rule).padEnd(18)}${rule.summary}`).join('\n')}
  --keep first|last     which record of a key that the file has several times; else the last
  --replace-where COLUMN=VALUE  under replace: the file is the truth of the rows with this value alone; COLUMN without
                        a value means those that the file has; again for more
  --merge COLUMN=HOW    again for more: a row that is there takes the column's value in a way of its own: keep or onInsert (never),
                        onlyIfNull, onChange (beside others), or an expression: 'greatest(target.seen, source.seen)'

What refuses the load, of one --into
  --max-rejects N       more rejects refuse the load, with the table untouched
  --max-reject-share S  the same as a share of the records, 0 to 1
  --max-rejects-by-code CODE=N  more rejects with this reason refuse the load; again for more
  --null-share COLUMN=S  the load is refused where the column is NULL in a larger share of its records than in
                        the last ten loads, by more than S, 0 to 1; again for more
  --max-updated-share S  the load is refused where it would update more rows than this share, 0 to 1, of those that the
                        table had
  --max-null-turned-share COLUMN=S  the same of rows in which the column would turn from a value to NULL; again for more
  --min-records N, --max-records N  a file of fewer or more records is refused
  --max-deleted-share S  a load that would delete a larger share of the rows that the table has is refused, 0 to 1; 0.5 if
                        nothing is said
  --allow-all-rejected  a file of which every record is rejected is loaded; else refused
  --wait-for-parents DAYS  records whose only fault is a missing parent wait so long: the next load of its table
                        has them judged again
  --count-by-day COLUMN  the plan and the report count records by the day of this column, a date or a moment
  --max-record-bytes N  a longer record is a reject; else 16777216 (16 MiB)

What makes a record bad beside the table, of a load --into
  --rule COLUMN=RULE,...  again for more; what holds beyond the table's own constraints (docs/datasets.md#rules):
${ruleForms.map((form) => `                          ${form}`).join('\n')}
  --record-rule NAME=SQL  again for more; a condition over the record's columns that has to hold, NULL passes;
                        NAME:warn=SQL and NAME:refuse=SQL say another severity than reject
  --load-rule NAME=SQL  again for more; a condition over all accepted records, a relation called staged, that has
                        to be true, else the load is refused; NAME:warn=SQL only warns
  --derive COLUMN=SQL   again for more; an expression over the record's columns, which the file does not bring

What the source says, of any load
  --expect-records N    the source says so many records; where the file has others it is refused, with the table untouched
  --expect-sum COL=N    the same of the exact sum of a column over all records; again for more
  --expect-sha256 HEX   the same of the file's bytes, as sha256sum prints it
                        (FILE.control.json, FILE.sha256 and FILE.md5 beside the file say the same: docs/control.md)

Beside others, of any load
  --live auto|yes|no    whether others use the table meanwhile; else what is seen of them decides
  --indexes auto|keep|rebuild  secondary indexes stay, or are built again after the merge; else what is cheaper, and a live
                        table keeps them
  --atomic auto|yes|no  one transaction merges the load, so that readers see none of it or all; else it does so with --together
                        and under replace where at most 100,000 rows are written
  --max-lag-bytes N     the merge stops while a standby is so far behind: a number of bytes, or 20MB (256MB)
  --max-lag-seconds N   the same in seconds (10)
  --throttle-query SQL  the merge stops while this statement answers more than 0
  --target-batch-ms N   wished milliseconds of one merge transaction that changes rows (1000)
  --lock-timeout-ms N   milliseconds that a merge transaction waits for a lock of others (200); from 1000 on others may be the
                        victims of a deadlock
  --deadline-minutes N  minutes of waiting for others after which the load fails, and goes on when it is loaded again (240)

The load itself
  --approve W           never (default), over-limit: a load that breaks a limit waits for \`landfall approve\` instead of being
                        refused, or always: every load waits for it
  --database-url URL    postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the embedded server
  --dry-run             do everything but merge: what would be inserted, updated, rejected
  --force               load again what is loaded already
  --together            the files are one load: all of them or none; a folder stands for the files in it
  --manifest FILE       the same of the files that a JSON file beside them lists, with or without their sizes
  --refused-objects refuse|leave-out  of files that are one load one has a wrong header or cannot be read: the load is refused,
                        or goes on without it and says so
  --undo                keep what rows were before, so that \`landfall undo LOAD\` can take the load back
  --slice-bytes N       wished size of a slice, raised until 1,000 slices suffice
  --json                one JSON object a load on stdout, everything else on stderr

Exit code: 0 done, 3 the data was refused or is held, 1 a technical failure, 64 wrong usage; of several files 1 before 3.`,
  options: {
    dataset: { type: 'string' },
    into: { type: 'string' },
    key: { type: 'string' },
    format: { type: 'string', values: ['csv', 'tsv', 'ndjson', 'json', 'json-seq', 'parquet', 'xlsx', 'fixed'] },
    delimiter: { type: 'string', values: ['tab'] },
    quote: { type: 'string', values: ['none'] },
    'record-end': { type: 'string' },
    escape: { type: 'string' },
    comment: { type: 'string' },
    null: { type: 'string', multiple: true },
    'skip-rows': { type: 'string' },
    member: { type: 'string' },
    encoding: { type: 'string' },
    'header-rows': { type: 'string' },
    'header-join': { type: 'string' },
    'no-header': { type: 'boolean' },
    columns: { type: 'string' },
    'json-path': { type: 'string' },
    'trailer-rows': { type: 'string' },
    'trailer-line': { type: 'string' },
    'trailer-records': { type: 'string' },
    'trailer-sum': { type: 'string', multiple: true },
    fixed: { type: 'string' },
    sheet: { type: 'string' },
    cells: { type: 'string' },
    'blank-rows': { type: 'string', values: ['skip', 'reject', 'keep'] },
    'short-rows': { type: 'string', values: ['pad'] },
    'long-rows': { type: 'string', values: ['cut'] },
    'repeated-headers': { type: 'string', values: ['skip'] },
    clean: { type: 'string', multiple: true },
    constant: { type: 'string', multiple: true },
    lineage: { type: 'string', multiple: true },
    merge: { type: 'string', multiple: true },
    sensitive: { type: 'string' },
    lenient: { type: 'string', values: Object.keys(leniencies) },
    'time-zone': { type: 'string' },
    rename: { type: 'string', multiple: true },
    ignore: { type: 'string', multiple: true },
    'ignore-positions': { type: 'string' },
    'unknown-columns': { type: 'string', values: ['refuse', 'ignore', 'capture='] },
    order: { type: 'string', values: ['strict'] },
    conflict: { type: 'string', values: conflictRules.flatMap(({ words }) => words) },
    keep: { type: 'string', values: ['first', 'last'] },
    'replace-where': { type: 'string', multiple: true },
    'max-rejects': { type: 'string' },
    'max-reject-share': { type: 'string' },
    'max-rejects-by-code': { type: 'string', multiple: true },
    'null-share': { type: 'string', multiple: true },
    'max-updated-share': { type: 'string' },
    'max-null-turned-share': { type: 'string', multiple: true },
    'min-records': { type: 'string' },
    'max-records': { type: 'string' },
    'max-deleted-share': { type: 'string' },
    'allow-all-rejected': { type: 'boolean' },
    'max-record-bytes': { type: 'string' },
    'wait-for-parents': { type: 'string' },
    'count-by-day': { type: 'string' },
    rule: { type: 'string', multiple: true },
    'record-rule': { type: 'string', multiple: true },
    'load-rule': { type: 'string', multiple: true },
    derive: { type: 'string', multiple: true },
    'expect-records': { type: 'string' },
    'expect-sum': { type: 'string', multiple: true },
    'expect-sha256': { type: 'string' },
    live: { type: 'string', values: ['auto', 'yes', 'no'] },
    indexes: { type: 'string', values: ['auto', 'keep', 'rebuild'] },
    atomic: { type: 'string', values: ['auto', 'yes', 'no'] },
    'max-lag-bytes': { type: 'string' },
    'max-lag-seconds': { type: 'string' },
    'throttle-query': { type: 'string' },
    'target-batch-ms': { type: 'string' },
    'lock-timeout-ms': { type: 'string' },
    'deadline-minutes': { type: 'string' },
    approve: { type: 'string', values: ['never', 'over-limit', 'always'] },
    'database-url': { type: 'string' },
    'dry-run': { type: 'boolean' },
    force: { type: 'boolean' },
    together: { type: 'boolean' },
    manifest: { type: 'string' },
    'refused-objects': { type: 'string', values: ['refuse', 'leave-out'] },
    undo: { type: 'boolean' },
    'slice-bytes': { type: 'string' },
    json: { type: 'boolean' },
  },
  read: readLoadOptions,
  async run(typed, context) {
    const { requests, database, json, typedSql } = await readLoadOptions(typed, context);
    return await withLoadSession(database, context, { small: await allSmall(requests), typedSql }, (session) =>
      loadEach(requests, session, { ...context, json, databaseUrl: typed.values['database-url'] }),
    );
  },
};
