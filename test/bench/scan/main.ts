import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeOrders } from '../../../localstack/demo/orders.ts';
import { createScanner } from '../../../functions/formats/delimited/scanner.ts';
import type { CellGrammar } from '../../../functions/formats/delimited/grammar.ts';

/**
 * `npm run bench:scan [-- --rows N] [--runs N]`: CPU of the scanner alone over generated orders, by dialect, each in turn in one process
 * and beside commas. A piece is as large as those that staging hands over. Wall says nothing on a machine that others use, CPU does.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '300000' }, runs: { type: 'string', default: '15' } },
});
const rows = Number(values.rows);
const pieceBytes = 256 * 1024;

const dialects: Readonly<Record<string, { readonly between: string; readonly grammar: CellGrammar }>> = {
  ',': { between: ',', grammar: { delimiter: 0x2c, quoting: 'declared' } },
  tab: { between: '\t', grammar: { delimiter: 0x09, quoting: 'assumed' } },
  '||': { between: '||', grammar: { delimiter: 0x7c, delimiterRest: Buffer.from('|'), quoting: 'declared' } },
  ', ': { between: ', ', grammar: { delimiter: 0x2c, delimiterRest: Buffer.from(' '), quoting: 'declared' } },
  '~|~': { between: '~|~', grammar: { delimiter: 0x7e, delimiterRest: Buffer.from('|~'), quoting: 'declared' } },
};

/** What a CPU did of one scan over all of it, in ms. */
function scanned(bytes: Buffer, grammar: CellGrammar): number {
  const before = process.cpuUsage();
  const scanner = createScanner({
    ...grammar,
    lineEnd: 'lf',
    forms: ['int8', 'text', 'text', 'numeric', 'text', 'timestamptz', 'text', 'text'],
    startOffset: 0,
    endOffset: bytes.length,
    maxRecordBytes: 16 * 1024 * 1024,
    maxRawBytes: 64 * 1024,
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.push(bytes.subarray(at, at + pieceBytes));
  if (!scanner.done) scanner.end();
  const { user, system } = process.cpuUsage(before);
  const { typed } = scanner.counts();
  if (typed !== rows) throw new Error(`${typed} of ${rows} records went the fast way`);
  return (user + system) / 1000;
}

const median = (all: readonly number[]): number =>
  all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] as number;

const home = mkdtempSync(join(tmpdir(), 'landfall-scan-'));
try {
  const file = join(home, 'orders.csv');
  await writeOrders(file, { rows, seed: 1 });
  const written = readFileSync(file, 'latin1');
  const body = written.slice(written.indexOf('\n') + 1);
  const files = Object.entries(dialects).map(([name, { between, grammar }]) => ({
    ...{ name, grammar, times: [] as number[] },
    bytes: Buffer.from(body.replaceAll(',', between), 'latin1'),
  }));
  for (let run = -2; run < Number(values.runs); run += 1) {
    for (const { bytes, grammar, times } of files) {
      const ms = scanned(bytes, grammar);
      if (run >= 0) times.push(ms);
    }
  }
  const [commas] = files;
  for (const { name, bytes, times } of files) {
    const [most, least] = [median(times), Math.min(...times)];
    const beside = (of: (times: readonly number[]) => number): string =>
      ((of(times) / bytes.length / of(commas?.times ?? times)) * (commas?.bytes.length ?? 1)).toFixed(2);
    process.stdout.write(
      `${name.padEnd(5)} median ${most.toFixed(0)} ms, least ${least.toFixed(0)}; a byte beside commas ${beside(median)}, of the least ${beside((all) => Math.min(...all))}\n`,
    );
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
