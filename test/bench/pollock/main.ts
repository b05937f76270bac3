import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parametersIn, shownOptions } from './declared.ts';
import { measured, scoreOf } from './measure.ts';
import { differingLoads, type ReadFile } from './real-loads.ts';
import { asDeclared, asSniffed, type TypedLoad, written } from './ways.ts';

// Pollock, the public benchmark of loaders of CSV (Vitagliano et al., VLDB 2023), for ours. Argument: a clone of
// github.com/HPI-Information-Systems/Pollock; with -v each file that does not score 10, and why; with --loads so many of the files are
// loaded by the command as well, and have to come to the same rows.

const usage =
  'usage: npm run bench:pollock -- CLONE [-v | --loads N], CLONE of github.com/HPI-Information-Systems/Pollock\n';
const sets = ['polluted_files', 'survey_sample'] as const;
const [clone = '', flag, number = '0'] = process.argv.slice(2);
if (!existsSync(join(clone, 'polluted_files/csv'))) {
  process.stderr.write(usage);
  process.exit(64);
}
const weights = JSON.parse(readFileSync(join(clone, 'pollock_weights.json'), 'utf8')) as Record<string, number>;
const all: ReadFile[] = [];

for (const set of sets) {
  const folder = resolve(clone, set);
  const files = readdirSync(join(folder, 'csv')).filter(
    (file) => file.endsWith('csv') && existsSync(join(folder, 'clean', file)),
  );
  await scored('declared', set, (file) =>
    asDeclared(join(folder, 'csv', file), parametersIn(join(folder, 'parameters', `${file}_parameters.json`))),
  );
  await scored('nothing declared', set, (file) => asSniffed(join(folder, 'csv', file)));

  async function scored(
    way: string,
    of: (typeof sets)[number],
    load: (file: string) => Promise<TypedLoad | null>,
  ): Promise<void> {
    let simple = 0;
    let weighted = 0;
    let weight = 0;
    let refused = 0;
    for (const file of files) {
      const done = await load(file);
      if (done !== null && flag === '--loads') all.push({ file: join(folder, 'csv', file), load: done });
      const clean = readFileSync(join(folder, 'clean', file), 'utf8');
      const measures = measured(clean, written(done));
      const score = scoreOf(measures);
      const own = weights[file] ?? 0;
      simple += score;
      weighted += own * score;
      weight += own;
      if (measures.success === 0) refused += 1;
      if (flag === '-v' && score < 9.9995) {
        const became = done === null ? 'in doubt' : done.loaded.kind === 'refused' ? done.loaded.code : 'loaded';
        const options = done === null ? '' : shownOptions(done.declared);
        const parts = [measures.header.f1, measures.records.f1, measures.cells.f1].map((f1) => f1.toFixed(3));
        process.stdout.write(
          `  ${score.toFixed(3)} ${file}: ${became} ${options} header, records, cells ${parts.join(' ')}\n`,
        );
      }
    }
    const weightedWords = of === 'polluted_files' ? ` simple, ${(weighted / weight).toFixed(3)} weighted` : '';
    process.stdout.write(
      `${of}, ${way}: ${files.length} files, ${(simple / files.length).toFixed(3)}${weightedWords}; ${refused} refused\n`,
    );
  }
}

if (flag === '--loads') {
  const step = Math.max(1, Math.floor(all.length / Number(number)));
  const chosen = all.filter((_, i) => i % step === step - 1).slice(0, Number(number));
  const differing = await differingLoads(chosen);
  process.stdout.write(`${chosen.length} loaded by the command, ${differing.length} come to other rows\n`);
  for (const file of differing) process.stdout.write(`  ${file}\n`);
  process.exitCode = differing.length === 0 ? 0 : 1;
}
