import { type DataFile, warm } from './data-files.ts';
import { type BenchDatabase, cloneDatabase, contentOf, dropDatabase, freshDatabase, settle } from './databases.ts';
import type { jsonFiles } from './json-file.ts';
import { type JsonRound, loadJsonLines } from './json-lines.ts';
import type { Measured } from './measure.ts';
import { type OurRun, runOurs } from './ours.ts';
import { f2, h1, type ScriptStep } from './peers.ts';
import { type RepeatedRound, repeatIdenticalContent } from './repeat.ts';
import { runScript } from './run-script.ts';
import type { Setup } from './setup.ts';
import { expectContent, expectReport } from './verify.ts';

/** One round: every contestant once, one after the other. What was not asked for is null. */
export interface Round {
  readonly w1: { readonly ours: OurRun; readonly f2: Measured | null; readonly h1: Measured | null };
  readonly w4: RepeatedRound | null;
  readonly w5: OurRun | null;
  readonly w7: JsonRound | null;
  readonly again: OurRun | null;
}

export interface Files {
  readonly clean: DataFile;
  readonly dirty: DataFile | null;
  readonly json: Awaited<ReturnType<typeof jsonFiles>> | null;
}

/**
 * W1 fills a table for each contestant, W4 loads the same content into those tables again, W5 has a table of its own.
 * W1 by our command is in every round: the other workloads stand on it or are compared with it.
 */
export async function runRound(setup: Setup, files: Files, round: number): Promise<Round> {
  const { admin, options } = setup;
  const asked = (name: (typeof options.only)[number]): boolean => options.only.includes(name);
  const peers = asked('w1') || asked('w4');
  const name = (of: string): string => `bench_${of}_${round}`;
  const table = (of: string) => freshDatabase(setup, { name: name(of), checks: options.checks });

  const ours = await appendOurs(setup, await table('ours'), files.clean);
  const again = asked('again') ? await loadAgain(setup, ours.database, files.clean) : null;
  const expected = ours.content;
  const byF2 = peers
    ? await append(setup, { name: 'F2', steps: f2 }, { database: await table('f2'), file: files.clean, expected })
    : null;
  const byH1 = peers
    ? await append(setup, { name: 'H1', steps: h1 }, { database: await table('h1'), file: files.clean, expected })
    : null;

  let w4: RepeatedRound | null = null;
  if (asked('w4') && byF2 !== null && byH1 !== null) {
    const clone = await cloneDatabase(setup, { from: byH1.database, name: name('h1_distinct') });
    const databases = { ours: ours.database, f2: byF2.database, h1: byH1.database, h1Clone: clone };
    w4 = await repeatIdenticalContent(setup, { databases, file: files.clean, expected, round });
  } else {
    for (const each of [ours, byF2, byH1]) if (each !== null) await dropDatabase(admin, each.database);
  }
  const w5 = files.dirty !== null && asked('w5') ? await loadDirty(setup, await table('w5'), files.dirty) : null;
  const w7 = files.json === null ? null : await loadJsonLines(setup, files.json, expected);
  return { w1: { ours: ours.run, f2: byF2?.run ?? null, h1: byH1?.run ?? null }, w4, w5, w7, again };
}

/** Our command into an empty table, which is vacuumed then: autovacuum must find no work while the next one is measured. */
export async function appendOurs(setup: Setup, database: BenchDatabase, file: DataFile) {
  await warm(file);
  const run = await runOurs(setup, { database, file: file.path, home: setup.home });
  expectReport('W1, ours', run.report, 'LOADED', { records: file.rows, inserted: file.rows });
  const content = await contentOf(database);
  expectContent('W1, ours', content, { rows: file.rows });
  await settle(database);
  setup.note(`W1 ours ${seconds(run)}`);
  return { run, database, content };
}

/** A peer's script into an empty table. */
export async function append(
  setup: Setup,
  { name, steps }: { name: string; steps: readonly ScriptStep[] },
  { database, file, expected }: { database: BenchDatabase; file: DataFile; expected?: { checksum: string } },
): Promise<{ run: Measured; database: BenchDatabase }> {
  await warm(file);
  const run = await runScript(setup, setup.client, { steps, database, file: file.path });
  expectContent(`W1, ${name}`, await contentOf(database), { rows: file.rows, checksum: expected?.checksum });
  await settle(database);
  setup.note(`W1 ${name} ${seconds(run)}`);
  return { run, database };
}

/** The very same object: known by its identity, so that nobody opens it. */
export async function loadAgain(setup: Setup, database: BenchDatabase, file: DataFile): Promise<OurRun> {
  const run = await runOurs(setup, { database, file: file.path, home: setup.home, memory: false });
  expectReport('the same object again', run.report, 'ALREADY_LOADED', { records: file.rows, inserted: file.rows });
  setup.note(`again ours ${seconds(run)}`);
  return run;
}

/** 1 % bad types, 0.1 % bad structure, 5 % duplicate keys: the generator knows what must come of them. */
async function loadDirty(setup: Setup, database: BenchDatabase, file: DataFile): Promise<OurRun> {
  await warm(file);
  const run = await runOurs(setup, { database, file: file.path, home: setup.home });
  const { accepted, duplicate, rejected } = file.expected;
  expectReport('W5, ours', run.report, 'LOADED', { records: file.rows, rejected, duplicate, inserted: accepted });
  expectContent('W5, ours', await contentOf(database), { rows: accepted });
  setup.note(`W5 ours ${seconds(run)}`);
  await dropDatabase(setup.admin, database);
  return run;
}

export function seconds({ wallMs }: Measured): string {
  return `${(wallMs / 1_000).toFixed(2)} s`;
}
