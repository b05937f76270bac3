import { trustedSql } from '../../../functions/core/sql.ts';
import { execute, withClient } from '../../../functions/db/client.ts';
import { beside, said } from '../beside.ts';
import { type DataFile, dataFile, warm } from '../data-files.ts';
import { dropDatabase, freshDatabase } from '../databases.ts';
import { type OurRun, runOurs } from '../ours.ts';
import type { Setup } from '../setup.ts';
import { expectReport } from '../verify.ts';
import { faultyFiles, faultyTarget } from './faulty-files.ts';

const target = { into: 'public.shipments', key: 'id' };

/** W12: the same rows, sound, and with a fault or more in every tenth record, in turn; each into an empty table. */
export async function benchFaulty(setup: Setup): Promise<ReturnType<typeof summarise>> {
  const { rows, runs, seed, sorted } = setup.options;
  const { sound, faulty } = await faultyFiles(await dataFile({ kind: 'clean', rows, seed, sorted }));
  const rounds: Round[] = [];
  for (let round = 1; round <= runs; round += 1) {
    const loaded = { sound: await loadOnce(setup, sound), faulty: await loadOnce(setup, faulty) };
    rounds.push(loaded);
    setup.note(`W12 round ${round} of ${runs}: sound ${said(loaded.sound)}, faulty ${said(loaded.faulty)}`);
  }
  return summarise(rows, rounds);
}

interface Round {
  readonly sound: OurRun;
  readonly faulty: OurRun;
}

async function loadOnce(setup: Setup, file: DataFile): Promise<OurRun> {
  const database = await freshDatabase(setup, { name: 'bench_faulty', checks: false });
  await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, (db) =>
    execute(db, trustedSql(faultyTarget)),
  );
  await warm(file);
  const run = await runOurs(setup, { database, file: file.path, home: setup.home, memory: false, target });
  const { rejected, accepted } = file.expected;
  expectReport('W12', run.report, 'LOADED', { records: file.rows, rejected, inserted: accepted });
  await dropDatabase(setup.admin, database);
  return run;
}

function summarise(rows: number, rounds: readonly Round[]) {
  const faulty = rounds.map((round) => round.faulty);
  const sound = rounds.map((round) => round.sound);
  return {
    rows,
    ...beside(faulty, sound),
    stepMs: rounds.map((round) => ({
      sound: round.sound.report.milliseconds,
      faulty: round.faulty.report.milliseconds,
    })),
  };
}
