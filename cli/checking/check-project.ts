import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Problem } from '../../functions/compile/declaration/problems.ts';
import type { Dataset } from '../../functions/compile/declaration/schema.ts';
import { misfitsOf } from '../../functions/contract/contract-for.ts';
import { type Db, transaction } from '../../functions/db/client.ts';
import { DatasetMisfit } from '../../functions/compile/declaration/declared-words.ts';
import type { LoadRejected } from '../../functions/protocol/errors.ts';
import { loadCodes } from '../../functions/protocol/load-codes.ts';
import type { Project } from '../../project/open-project.ts';
import { type Position, type Positions, positionsIn } from '../../project/positions.ts';
import type { FileProblem, Place } from '../../project/problems.ts';
import type { DeclaredDatasets } from '../../project/read-datasets.ts';
import type { CheckedDataset, CheckedProblem } from './checked-project.ts';

/**
 * Every dataset of a project, and every file that should declare one, with all that is wrong: by itself, and where a database is given
 * beside its table.
 */
export async function checkDatasets(project: Project, db: Db | null): Promise<readonly CheckedDataset[]> {
  const declared = await project.declared();
  const where = await positionsOf(declared);
  const named = (file: string): string => relative(project.folder, file).split(sep).join('/');
  const right: CheckedDataset[] = [];
  for (const dataset of declared.datasets) {
    const file = declared.files.get(dataset.name) ?? '';
    const place = declared.places.get(dataset.name) ?? [];
    const found = db === null ? [] : await misfits(db, dataset);
    const problems = found.map(({ code, at, message }) =>
      problemAt({ code, at: [...place, ...at], message }, where(file)([...place, ...at])),
    );
    right.push({ name: dataset.name, file: named(file), table: dataset.table, problems });
  }
  return [...right, ...wrongFiles(declared.problems, where, named)].toSorted(
    (a, b) => compare(a.file, b.file) || compare(a.name ?? '', b.name ?? ''),
  );
}

/** Problems of one dataset of one file together. */
function wrongFiles(
  problems: readonly FileProblem[],
  where: (file: string) => Positions,
  named: (file: string) => string,
): readonly CheckedDataset[] {
  const groups = new Map<string, FileProblem[]>();
  for (const problem of problems) {
    const name = JSON.stringify([problem.file, problem.dataset]);
    groups.set(name, [...(groups.get(name) ?? []), problem]);
  }
  return [...groups.values()].map((each) => ({
    name: each[0]?.dataset ?? null,
    file: named(each[0]?.file ?? ''),
    table: null,
    problems: each.map(({ file, at, thrownAt, message }) =>
      problemAt({ code: loadCodes.DATASET_INVALID, at, message }, thrownAt ?? where(file)(at)),
    ),
  }));
}

/** Where fields stand in the files of a project, each read once. */
async function positionsOf({ files, problems }: DeclaredDatasets): Promise<(file: string) => Positions> {
  const names = new Set([...files.values(), ...problems.map(({ file }) => file)]);
  const found = new Map<string, Positions>();
  for (const file of names) {
    const text = await readFile(file, 'utf8').catch(() => '');
    found.set(file, await positionsIn(file, text));
  }
  return (file) => found.get(file) ?? (() => ({ line: 1, column: 1 }));
}

interface Found {
  readonly code: string;
  readonly at: Place;
  readonly message: string;
}

function problemAt({ code, at, message }: Found, { line, column }: Position): CheckedProblem {
  return { code, path: [...at], line, column, message };
}

async function misfits(db: Db, dataset: Dataset): Promise<readonly Found[]> {
  const refusals = await transaction(db, {}, () => misfitsOf(db, dataset));
  return refusals.flatMap((refusal) =>
    problemsIn(refusal).map(({ at, message }) => ({ code: refusal.code, at, message })),
  );
}

function problemsIn(refusal: LoadRejected): readonly Problem[] {
  if (refusal instanceof DatasetMisfit) return refusal.problems;
  return [{ at: fieldOf[refusal.code] ?? ['table'], message: refusal.message }];
}

/** The field that a refusal is about, where it does not say it itself; else the table. */
const fieldOf: Readonly<Partial<Record<string, Problem['at']>>> = {
  [loadCodes.KEY_COLUMN]: ['key'],
  [loadCodes.NO_UNIQUE_INDEX]: ['key'],
  [loadCodes.PARTITION_KEY]: ['key'],
  [loadCodes.VERSION_COLUMN]: ['conflict', 'versionColumn'],
  [loadCodes.TIME_ZONE]: ['timeZone'],
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
