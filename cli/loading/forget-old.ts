import { printable } from '../../functions/core/printable.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Context } from '../context.ts';
import { forgetTypedSql } from './forget-typed-sql.ts';
import type { LoadSession } from './load-one.ts';
import { reportsOf } from './reports-of.ts';

/**
 * SQL that was typed and no load can ask for, and what a stack's sweep does every quarter of an hour: journals of loads that may be undone no more where such a load was made, and rejects, samples and reports of the datasets that were loaded, where they are
 * older than these keep them. A load is none the worse where that fails: the next one does it.
 */
export async function forgetOld(
  requests: readonly Pick<LoadRequest, 'dataset' | 'undo'>[],
  session: LoadSession,
  context: Pick<Context, 'project' | 'home' | 'env' | 'err'>,
): Promise<void> {
  try {
    await forgetTypedSql(session, context);
  } catch (error) {
    context.err(`SQL that was typed and no load needs any more is still there: ${wordsOf(error)}\n`);
  }
  const names = new Set(requests.flatMap(({ dataset }) => dataset ?? []));
  // reading datasets takes 0.1 s, and a table that was typed has none
  const { datasets: all } = names.size === 0 ? { datasets: [] } : await context.project.declared();
  if (
    requests.some(
      ({ dataset, undo }) => undo === true || all.some(({ name, undo: own }) => name === dataset && own === true),
    )
  )
    await forgetJournalsOf(session, context);
  const datasets = all.filter(
    ({ name, keepRejectsDays, keepTombstonesDays }) =>
      names.has(name) && (keepRejectsDays !== undefined || keepTombstonesDays !== undefined),
  );
  if (datasets.length === 0) return;
  const { forgetRejects } = await import('../../functions/sweep/forget-rejects.ts');
  const { forgetTombstones } = await import('../../functions/sweep/forget-tombstones.ts');
  const { forgetReports } = await import('../../functions/sweep/forget-reports.ts');
  const { storeFor } = await import('../../functions/objects/store-for.ts');
  try {
    await session.connect(async (db) => {
      await forgetRejects(db, datasets);
      await forgetTombstones(db, datasets);
      await forgetReports({ db, datasets, storeFor, reports: reportsOf(context) });
    });
  } catch (error) {
    context.err(
      `rejects, reports and tombstones that keepRejectsDays and keepTombstonesDays let go are still there: ${wordsOf(error)}\n`,
    );
  }
}

async function forgetJournalsOf(session: LoadSession, { err }: Pick<Context, 'err'>): Promise<void> {
  const { forgetJournals } = await import('../../functions/sweep/forget-journals.ts');
  try {
    await session.connect(forgetJournals);
  } catch (error) {
    err(`journals that undoDays lets go are still there: ${wordsOf(error)}\n`);
  }
}

function wordsOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}
