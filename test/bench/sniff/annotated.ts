import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DelimitedFormat } from '../../../functions/core/format/file-format.ts';
import { tableOf } from '../../../functions/sniff/alone/table-of.ts';
import type { Sample } from '../../../functions/sniff/sample.ts';

/** The corpora by their folders in a clone of CSVsniffer's `python`, with their annotations. */
export const corpora = [
  ['POLLOCK', 'CSV', 'POLLOCK-dialect_annotations.txt'],
  ['W3C-CSVW', 'W3C-CSVW', 'W3C-CSVW-dialect_annotations.txt'],
  ['CSV-Wrangling', 'CSV_Wrangling', 'CCSV-manual_Dialect_Annotation.txt'],
] as const;

const delimiters: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  vslash: '|',
  space: ' ',
  nsign: '#',
};
const sampledBytes = 64 * 1024;

/** A file, and how people say that it is written. */
export interface Annotated {
  readonly file: string;
  readonly sample: Sample;
  readonly meant: DelimitedFormat;
  /** The annotation in its own words. */
  readonly words: string;
}

/** Those that are there: a mirror may lack some. */
export function annotatedIn(folder: string, [, files, truth]: (typeof corpora)[number]): readonly Annotated[] {
  return readFileSync(join(folder, 'ground truth', truth), 'utf8')
    .split('\n')
    .filter((line) => line.includes('|') && !line.startsWith('#') && !line.startsWith('file_name'))
    .flatMap((line) => {
      const [file = '', , delimiter = '', quote = '', escape = ''] = line.split('|');
      const path = join(folder, files, file);
      if (!existsSync(path)) return [];
      const bytes = readFileSync(path);
      const text = bytes[0] === 0xef && bytes[1] === 0xbb ? bytes.subarray(3) : bytes;
      const sample = { bytes: text.subarray(0, sampledBytes), isAll: text.length <= sampledBytes };
      const said: DelimitedFormat = {
        kind: 'csv',
        delimiter: delimiters[delimiter] ?? ',',
        quote: quote === 'singlequote' ? "'" : '"',
        ...(escape === 'backslash' && { escape: '\\' }),
      };
      return [{ file, sample, meant: withBlank(said, sample), words: `${delimiter} ${quote} ${escape}` }];
    });
}

/**
 * An annotation has no word for a blank behind the delimiter. Where quotes are no quotes without it, and all are sound with it,
 * those who annotated them as quotes mean it.
 */
function withBlank(said: DelimitedFormat, sample: Sample): DelimitedFormat {
  const plain = tableOf(said, sample);
  if (plain === null || plain.faulty.size === 0) return said;
  const wider = { ...said, delimiter: `${said.delimiter} ` };
  const table = tableOf(wider, sample);
  return table !== null && table.faulty.size === 0 && table.columns > 1 && table.uniform >= plain.uniform
    ? wider
    : said;
}

/** Whether both ways give the same cells. */
export function sameCells(found: DelimitedFormat, { meant, sample }: Annotated): boolean {
  if (found.delimiter === meant.delimiter && (found.quote ?? '"') === meant.quote) return true;
  return JSON.stringify(tableOf(found, sample)?.rows) === JSON.stringify(tableOf(meant, sample)?.rows);
}
