import type { Reading } from './reading-fields.ts';

/** What of a declaration says how files are read. */
interface Read extends Reading {
  readonly format: string;
  readonly delimiter: string | undefined;
  readonly quote: string | undefined;
  readonly null: readonly string[] | undefined;
  readonly columns: { readonly ignorePositions: readonly number[] };
}
type Report = (path: readonly (string | number)[], message: string) => void;

/** What fields about the reading of a file say against each other, and such as are for another format. */
export function crossCheckReading(
  { format, columns, delimiter, quote, escape, null: nulls, skipRows }: Read,
  report: Report,
): void {
  const isDelimited = format !== 'ndjson';
  if (!isDelimited) {
    const misplaced = { delimiter, quote, escape, null: nulls?.length === 0 ? undefined : nulls, skipRows };
    for (const [field, value] of Object.entries(misplaced)) {
      if (value !== undefined) report([field], 'is for delimited text, format csv or tsv');
    }
    if (columns.ignorePositions.length > 0) {
      report(
        ['columns', 'ignorePositions'],
        'is for delimited text, format csv or tsv: keys have no place, name them in columns.ignore',
      );
    }
  }
  const enclosing = quote ?? '"';
  const between = delimiter ?? (format === 'tsv' ? '\t' : ',');
  (nulls ?? []).forEach((word, i) => {
    if (word.includes(between)) report(['null', i], 'holds the delimiter, so no cell without quotes can be it');
    if (word.includes(enclosing) && quote !== 'none')
      report(['null', i], `holds a quote, so no cell without quotes can be it`);
  });
  if (isDelimited && escape === between) report(['escape'], 'is the delimiter too: one of them has to be another');
  if (isDelimited && escape !== undefined && quote === 'none')
    report(['escape'], "stands between quotes, and quote: 'none' says that there are none");
  if (isDelimited && quote === between) report(['quote'], 'is the delimiter too: one of them has to be another');
}
