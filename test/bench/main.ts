import { onInterrupt } from '../../cli/interrupt.ts';
import { apartTable, isApart, runApart } from './apart.ts';
import { brokenPromises, runBench } from './bench.ts';
import { removeDataFiles } from './data-files.ts';
import { type Asked, type BenchOptions, readOptions, usage } from './options.ts';
import { table } from './table.ts';

/** As in sysexits.h: the command was typed wrongly. */
const wrongUsage = 64;
/** 128 + SIGINT, as shells count. */
const interrupted = 130;

const asked = ask();
const code = typeof asked === 'number' ? asked : await answer(asked);
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));

function ask(): Asked | number {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    return wrongUsage;
  }
}

async function answer(what: Asked): Promise<number> {
  if (what.kind === 'bench') return await bench(what.options);
  process.stdout.write(what.kind === 'help' ? `${usage}\n` : `removed ${await removeDataFiles()}\n`);
  return 0;
}

async function bench(options: BenchOptions): Promise<number> {
  const signal = onInterrupt();
  const startedAt = performance.now();
  const note = (line: string): void => {
    process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
  };
  try {
    if (isApart(options)) return await benchApart(options, { signal, note });
    const summary = await runBench(options, { signal, note });
    (options.json ? process.stderr : process.stdout).write(`\n${table(summary)}`);
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    const broken = brokenPromises(summary);
    for (const promise of broken) process.stderr.write(`FAILED: ${promise}\n`);
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return interrupted;
    process.stderr.write(`FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function benchApart(options: BenchOptions, world: Parameters<typeof runApart>[1]): Promise<number> {
  const summary = await runApart(options, world);
  (options.json ? process.stderr : process.stdout).write(`\n${apartTable(summary)}`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  return 0;
}
