import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataFile, warm } from './data-files.ts';
import { type BenchDatabase, type Content, contentOf, dropDatabase, prewarm, targetWal } from './databases.ts';
import type { Measured } from './measure.ts';
import { type OurRun, runOurs } from './ours.ts';
import { h1, h1Distinct, h2Distinct, type ScriptStep } from './peers.ts';
import { runScript } from './run-script.ts';
import type { Setup } from './setup.ts';
import { expectContent, expectReport } from './verify.ts';

/** W4: the identical content under a new name, into the table that each contestant filled itself. */
export interface RepeatedRound {
  readonly ours: OurRun;
  readonly h1: Measured;
  readonly h1Distinct: Measured;
  readonly h2Distinct: Measured;
  /** WAL of our load that touches the target; the rest of its WAL is the ledger's and the catalogue's. */
  readonly targetWalBytes: number;
}

interface Repetition {
  readonly databases: Readonly<Record<'ours' | 'f2' | 'h1' | 'h1Clone', BenchDatabase>>;
  readonly file: DataFile;
  readonly expected: Content;
  readonly round: number;
}

/**
 * H1's table lies in key order, because H1 sorts; its repetition profits from that, and it is what H1's users have. H1
 * that skips equal rows gets a copy of that table, H2 the one that F2 filled. Afterwards all four databases are gone.
 */
export async function repeatIdenticalContent(setup: Setup, repetition: Repetition): Promise<RepeatedRound> {
  const { databases } = repetition;
  const ours = await repeatOurs(setup, repetition);
  return {
    ...ours,
    h1: await repeat(setup, { name: 'H1', steps: h1, database: databases.h1 }, repetition),
    h1Distinct: await repeat(
      setup,
      { name: 'H1 distinct', steps: h1Distinct, database: databases.h1Clone },
      repetition,
    ),
    h2Distinct: await repeat(setup, { name: 'H2 distinct', steps: h2Distinct, database: databases.f2 }, repetition),
  };
}

async function repeatOurs(
  setup: Setup,
  { databases: { ours: database }, file, expected, round }: Repetition,
): Promise<Pick<RepeatedRound, 'ours' | 'targetWalBytes'>> {
  const newName = join(setup.home, `another-name-${round}.csv`);
  await link(file.path, newName);
  await prepare(database, file);
  const ours = await runOurs(setup, { database, file: newName, home: setup.home });
  await rm(newName);
  expectReport('W4, ours', ours.report, 'LOADED', { records: file.rows, unchanged: file.rows });
  expectContent('W4, ours', await contentOf(database), expected);
  const targetWalBytes = await targetWal(database, { from: ours.walFrom, to: ours.walTo });
  await dropDatabase(setup.admin, database);
  setup.note(`W4 ours ${(ours.wallMs / 1_000).toFixed(2)} s`);
  return { ours, targetWalBytes };
}

async function repeat(
  setup: Setup,
  { name, steps, database }: { name: string; steps: readonly ScriptStep[]; database: BenchDatabase },
  { file, expected }: Repetition,
): Promise<Measured> {
  await prepare(database, file);
  const run = await runScript(setup, setup.client, { steps, database, file: file.path });
  expectContent(`W4, ${name}`, await contentOf(database), expected);
  // at once, or autovacuum would clear up behind it while the next one is measured
  await dropDatabase(setup.admin, database);
  setup.note(`W4 ${name} ${(run.wallMs / 1_000).toFixed(2)} s`);
  return run;
}

/** The same start for all, right before each: table and index warm, file in the page cache. */
async function prepare(database: BenchDatabase, file: DataFile): Promise<void> {
  await prewarm(database);
  await warm(file);
}
