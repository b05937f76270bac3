import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { guessDialect } from '../../../functions/sniff/alone/guess-dialect.ts';
import { type Annotated, annotatedIn, corpora, sameCells } from './annotated.ts';
import { verdictWithTable } from './with-table.ts';

// Guesses the dialects of the files of three public corpora and compares with what people annotated: by the bytes alone, and as
// `load` does it, by the columns of a table. Argument: the folder `python` of a clone of github.com/ws-garcia/CSVsniffer,
// which has files and annotations of all three; with -v each file that is wrong or doubtful. A guess is right where it gives the same
// cells as the annotated dialect, so that a quote that no cell has is no matter.

const [folder = '', flag] = process.argv.slice(2);
if (!existsSync(join(folder, 'ground truth'))) {
  process.stderr.write('usage: npm run bench:sniff -- CLONE/python [-v], CLONE of github.com/ws-garcia/CSVsniffer\n');
  process.exit(64);
}
for (const corpus of corpora) {
  const files = annotatedIn(folder, corpus);
  tell(`${corpus[0]}, by the bytes alone`, files, alone);
  tell(`${corpus[0]}, by a table`, files, verdictWithTable);
}

function tell(title: string, files: readonly Annotated[], ask: (file: Annotated) => string | null): void {
  const verdicts = files.flatMap((file) => {
    const verdict = ask(file);
    return verdict === null ? [] : [{ file, verdict }];
  });
  for (const { file, verdict } of flag === '-v' ? verdicts : []) {
    if (verdict !== 'right') process.stdout.write(`  ${verdict} ${file.file}, annotated ${file.words}${ways(file)}\n`);
  }
  const counts = new Map<string, number>();
  for (const { verdict } of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const shares = [...counts].map(
    ([verdict, count]) => `${verdict} ${((100 * count) / verdicts.length).toFixed(2)} % (${count})`,
  );
  process.stdout.write(`${title}: ${verdicts.length} files, ${shares.join(', ')}\n`);
}

function alone(annotated: Annotated): 'right' | 'doubtful' | 'wrong' {
  const guess = guessDialect(annotated.sample);
  if (guess.kind === 'doubtful') return 'doubtful';
  return sameCells(guess.table.format, annotated) ? 'right' : 'wrong';
}

/** What the bytes alone say. */
function ways({ sample }: Annotated): string {
  const guess = guessDialect(sample);
  const tables = guess.kind === 'found' ? [guess.table] : guess.tables;
  return tables.map(({ format, score }) => `; ${JSON.stringify(format)} ${score.toFixed(3)}`).join('');
}
