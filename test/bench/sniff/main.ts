import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DelimitedFormat } from '../../../functions/core/format/file-format.ts';
import { guessDialect } from '../../../functions/sniff/alone/guess-dialect.ts';
import { tableOf } from '../../../functions/sniff/alone/table-of.ts';

// Guesses the dialects of the files of three public corpora and compares with what people annotated. Argument: the folder
// `python` of a clone of github.com/ws-garcia/CSVsniffer, which has files and annotations of all three; with -v each file that is wrong
// or doubtful. A guess is right where it gives the same cells as the annotated dialect, so that a quote that no cell has is no matter.

const corpora = [
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

const [folder = '', flag] = process.argv.slice(2);
if (!existsSync(join(folder, 'ground truth'))) {
  process.stderr.write('usage: npm run bench:sniff -- CLONE/python [-v], CLONE of github.com/ws-garcia/CSVsniffer\n');
  process.exit(64);
}
for (const [name, files, truth] of corpora) {
  const counts = { right: 0, doubtful: 0, wrong: 0 };
  const annotated = readFileSync(join(folder, 'ground truth', truth), 'utf8')
    .split('\n')
    .filter((line) => line.includes('|') && !line.startsWith('#') && !line.startsWith('file_name'));
  for (const line of annotated) {
    const [file = '', , delimiter = '', quote = '', escape = ''] = line.split('|');
    const path = join(folder, files, file);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    const text = bytes[0] === 0xef && bytes[1] === 0xbb ? bytes.subarray(3) : bytes;
    const sample = { bytes: text.subarray(0, sampledBytes), isAll: text.length <= sampledBytes };
    const meant: DelimitedFormat = {
      kind: 'csv',
      delimiter: delimiters[delimiter] ?? ',',
      quote: quote === 'singlequote' ? "'" : '"',
      ...(escape === 'backslash' && { escape: '\\' }),
    };
    const guess = guessDialect(sample);
    const verdict = guess.kind === 'doubtful' ? 'doubtful' : sameCells(guess.table.format, meant) ? 'right' : 'wrong';
    counts[verdict] += 1;
    if (flag === '-v' && verdict !== 'right') {
      const said = guess.kind === 'found' ? [guess.table] : guess.tables;
      const ways = said.map(({ format, score }) => `${JSON.stringify(format)} ${score.toFixed(3)}`).join(', ');
      process.stdout.write(`  ${verdict} ${file}: ${ways}, annotated ${delimiter} ${quote} ${escape}\n`);
    }

    function sameCells(found: DelimitedFormat, declared: DelimitedFormat): boolean {
      if (found.delimiter === declared.delimiter && (found.quote ?? '"') === declared.quote) return true;
      return JSON.stringify(tableOf(found, sample)?.rows) === JSON.stringify(tableOf(declared, sample)?.rows);
    }
  }
  const all = counts.right + counts.doubtful + counts.wrong;
  const share = (files_: number): string => `${((100 * files_) / all).toFixed(2)} %`;
  process.stdout.write(
    `${name}: ${all} files, right ${share(counts.right)}, doubtful ${share(counts.doubtful)}, wrong ${share(counts.wrong)}\n`,
  );
}
