import { type Machine, requireRoom, thisMachine } from './machine.ts';
import { apart, type BenchOptions } from './options.ts';
import { benchCleaning } from './cleaning/clean.ts';
import type { Beside } from './beside.ts';
import { benchSupplied } from './cleaning/supplied.ts';
import { benchFaulty } from './faulty/faulty.ts';
import { benchSeeding } from './seeding/seed.ts';
import { withSetup } from './setup.ts';
import { benchUpserts } from './upserting/upsert.ts';
import { benchTraffic } from './traffic/live-traffic.ts';

/** What workloads apart from the others found; null where it was not asked for. */
export interface ApartSummary {
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, string>>;
  readonly server: string;
  readonly w3: Awaited<ReturnType<typeof benchUpserts>> | null;
  readonly w8: Awaited<ReturnType<typeof benchSeeding>> | null;
  readonly w10: Awaited<ReturnType<typeof benchTraffic>> | null;
  readonly w11: Awaited<ReturnType<typeof benchCleaning>> | null;
  readonly w12: Awaited<ReturnType<typeof benchFaulty>> | null;
  readonly w13: Awaited<ReturnType<typeof benchSupplied>> | null;
}

/** Whether only such workloads are asked for. */
export function isApart({ only }: BenchOptions): boolean {
  return only.length > 0 && only.every((name) => apart.includes(name));
}

/** W3, W8 and W10 to W13: each has tables of its own, and none but W3 a peer. */
export async function runApart(
  options: BenchOptions,
  world: { signal: AbortSignal; note: (line: string) => void },
): Promise<ApartSummary> {
  const machine = thisMachine();
  await requireRoom(options);
  return await withSetup(options, world, async (setup) => ({
    machine,
    settings: setup.settings,
    server: setup.serverVersion,
    w3: options.only.includes('w3') ? await benchUpserts(setup) : null,
    w8: options.only.includes('w8') ? await benchSeeding(setup) : null,
    w10: options.only.includes('w10') ? await benchTraffic(setup) : null,
    w11: options.only.includes('w11') ? await benchCleaning(setup) : null,
    w12: options.only.includes('w12') ? await benchFaulty(setup) : null,
    w13: options.only.includes('w13') ? await benchSupplied(setup) : null,
  }));
}

/** The medians for a person. */
export function apartTable({ machine, w3, w8, w10, w11, w12, w13 }: ApartSummary): string {
  const ms = (figure: { median: number } | null): string => (figure === null ? '-' : figure.median.toFixed(1));
  const times = (figure: { median: number } | null): string => (figure === null ? '-' : `${figure.median.toFixed(2)}x`);
  const ratios = ({ wallMs, cpuMs }: Beside): string => `${times(wallMs.ratio)} (CPU ${times(cpuMs.ratio)})`;
  const lines = [
    `machine: ${machine.system}, ${machine.cores} cores, load average before: ${machine.loadAverage.toFixed(2)}`,
  ];
  for (const { rows, tableRows, existing, ours, h1, wallRatio, cpuRatio, walRatio } of w3 ?? []) {
    const said = (of: number | null): string => (of === null ? '-' : `${of.toFixed(2)}x`);
    lines.push(
      `W3, ${rows} rows upserted into ${tableRows}, ${existing} % of them there, medians: ours ${ms(ours.wallMs)} ms, H1 ${ms(h1.wallMs)} ms, ${said(wallRatio)}; CPU ${ms(ours.cpuMs)} and ${ms(h1.cpuMs)} ms, ${said(cpuRatio)}; WAL ${said(walRatio)}`,
    );
  }
  if (w8 !== null) {
    lines.push(
      `W8, ${w8.rows} rows into ${w8.there === 0 ? 'an empty table' : `a table of ${w8.there} rows`} with ${w8.indexes} indexes, medians: kept ${ms(w8.keepMs)} ms, rebuilt ${ms(w8.rebuildMs)} ms, ${times(w8.keepToRebuild)}`,
    );
  }
  if (w10 !== null) {
    const { quiet, beside } = w10;
    lines.push(
      `W10, ${w10.rows} rows upserted into ${w10.tableRows} beside 150 transactions a second, medians: p50 ${ms(quiet.p50)} -> ${ms(beside.p50)} ms, p95 ${ms(quiet.p95)} -> ${ms(beside.p95)} ms (${times(w10.p95Ratio)}), p99 ${ms(quiet.p99)} -> ${ms(beside.p99)} ms (${times(w10.p99Ratio)}); ${w10.errors} errors, ${w10.deadlockVictims} deadlock victims; load ${times(w10.loadRatio)} of --live no`,
    );
  }
  if (w11 !== null) {
    const { unneeded, needed, costly } = w11.beside;
    lines.push(
      `W11, ${w11.rows} rows into an empty table, medians: without cleaning ${ms(needed.wallMs.other)} ms, CPU ${ms(needed.cpuMs.other)} ms; with ${w11.steps.unneeded} steps that no cell needs ${ratios(unneeded)}, that every record needs ${ratios(needed)}, with ${w11.steps.costly} costly ones that every record needs ${ratios(costly)} (${(100 * w11.rawShare.costly).toFixed(0)} % of them through the raw half)`,
    );
  }
  if (w12 !== null) {
    const { wallMs, cpuMs } = w12;
    lines.push(
      `W12, ${w12.rows} rows into an empty table, medians: sound ${ms(wallMs.other)} ms, with faults in every tenth record ${ms(wallMs.own)} ms, ${times(wallMs.ratio)}; CPU ${ms(cpuMs.other)} and ${ms(cpuMs.own)} ms, ${times(cpuMs.ratio)}`,
    );
  }
  if (w13 !== null) {
    const { ofLoad, ofRecord, derived } = w13.beside;
    lines.push(
      `W13, ${w13.rows} rows into an empty table, medians: without ${ms(derived.wallMs.other)} ms, CPU ${ms(derived.cpuMs.other)} ms; with lineage of the load ${ratios(ofLoad)}, of each record ${ratios(ofRecord)}, with two derived columns ${ratios(derived)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
