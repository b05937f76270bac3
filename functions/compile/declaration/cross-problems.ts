import type { z } from 'zod';
import { type Problem, problemsAt } from './problems.ts';

type Path = readonly PropertyKey[];

/**
 * Fields of a dataset of which no other field is wrong since they are not there: what holds between fields is asked without their faulty
 * parts. Behind any other field, and behind a name that is no field, it is asked once that is mended.
 */
const standAlone: ReadonlySet<PropertyKey> = new Set([
  'columns',
  'recordRules',
  'loadRules',
  'limits',
  'leniencies',
  'control',
  'approve',
  'heldDays',
  'undoDays',
  'keepRejectsDays',
  'keepTombstonesDays',
  'waitForParents',
  'order',
  'timeZone',
]);

/** What is wrong between fields beside faults of fields, which zod tells first and alone: both are told together. */
export function crossProblems(input: unknown, { issues }: z.ZodError, schema: z.ZodType): readonly Problem[] {
  const faulty = issues.flatMap((issue): readonly Path[] =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  if (!faulty.every(([field = '']) => standAlone.has(field))) return [];
  const again = schema.safeParse(without(input, faulty), { reportInput: true });
  if (again.success) return [];
  // in a list they have other places now
  const lists = faulty.filter((path) => typeof path.at(-1) === 'number').map((path) => path.slice(0, -1));
  return problemsAt(again.error, schema).filter(({ at }) => ![...faulty, ...lists].some((path) => begins(at, path)));
}

function begins(path: Path, other: Path): boolean {
  return other.every((part, i) => path[i] === part);
}

function without(value: unknown, paths: readonly Path[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const gone = new Set(paths.filter(({ length }) => length === 1).map(([part]) => String(part)));
  const kept = Object.entries(value)
    .filter(([name]) => !gone.has(name))
    .map(([name, each]) => {
      const below = paths.filter(([part, ...rest]) => rest.length > 0 && String(part) === name);
      return [
        name,
        below.length === 0
          ? each
          : without(
              each,
              below.map((path) => path.slice(1)),
            ),
      ] as const;
    });
  return Array.isArray(value) ? kept.map(([, each]) => each) : Object.fromEntries(kept);
}
