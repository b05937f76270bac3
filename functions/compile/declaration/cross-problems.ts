import type { z } from 'zod';
import { isBetween, type Problem, problemsAt } from './problems.ts';

type Path = readonly PropertyKey[];

/**
 * Fields whose checks against each other mean nothing where the first is wrong itself: what stands in its place then is nobody's wish.
 * Every field that is checked against another one is here.
 */
const standOn: Readonly<Record<string, readonly string[]>> = {
  format: [
    ...['delimiter', 'quote', 'null', 'recordEnd', 'escape', 'comment', 'skipRows', 'encoding', 'trailerRows'],
    ...['trailerTotals', 'blankRows', 'shortRows', 'longRows', 'repeatedHeaders', 'header', 'headerRows', 'headerJoin'],
    ...['fixed', 'jsonPath', 'sheet', 'cells', 'columns.ignorePositions', 'columns.unknown'],
  ],
  delimiter: ['null', 'comment', 'escape', 'quote', 'recordEnd'],
  quote: ['null', 'comment', 'escape', 'recordEnd'],
  recordEnd: ['null', 'comment'],
  fixed: ['format'],
  header: ['headerRows', 'headerJoin'],
  headerRows: ['headerJoin'],
  trailerRows: ['trailerTotals'],
  trailerTotals: ['trailerRows', 'gather', 'set'],
  control: ['gather', 'set'],
  set: ['gather'],
  'columns.ignorePositions': ['header', 'fixed'],
  conflict: ['key', 'replaceWhere', 'keepTombstonesDays'],
  keepRejectsDays: ['waitForParents'],
};

/** Those that say something: not what is between fields of which one is wrong by itself, nor a second word of one place or of what it is in. */
export function toldBeside(problems: readonly Problem[], wrong: ReadonlySet<string>): readonly Problem[] {
  const places = problems.filter((each) => each.isBetween !== true).map(({ at }) => at);
  return problems.filter(({ at, ...problem }) => {
    if (problem.isBetween !== true) return true;
    const field = fieldAt(at);
    const isField = field.split('.').length === at.length;
    const isTold = places.some((place) => (place.length === at.length || isField) && begins(place, at));
    return !isTold && ![...wrong].some((other) => standOn[other]?.includes(field) === true);
  });
}

/** The field that a place of a declaration belongs to: `columns.rename`, `limits.minRecords`, `comment`. */
export function fieldAt([first = '', second]: readonly (string | number)[]): string {
  return ['columns', 'limits'].includes(String(first)) && second !== undefined ? `${first}.${second}` : String(first);
}

/** The fields that are wrong by themselves. */
export function fieldsWrong(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(problems.flatMap(({ at, isBetween: moot }) => (moot === true ? [] : [fieldAt(at)])));
}

/** What is required, as it may stand in the place of what is wrong. */
const anyone: Readonly<Record<string, unknown>> = { name: 'any', prefix: 'any/', table: 'any.any', key: ['any'] };

/**
 * What is wrong between fields beside faults of fields, which zod tells first and alone: both are told together. It is asked without the
 * faulty parts; behind a name that is no field, which may be any one misspelt, once that is mended.
 */
export function crossProblems(input: unknown, { issues }: z.ZodError, schema: z.ZodType): readonly Problem[] {
  if (typeof input !== 'object' || input === null) return [];
  const faulty = issues.flatMap((issue): readonly Path[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
    return isBetween(issue) ? [] : [issue.path];
  });
  const isUnknown = issues.some(({ code, path }) => code === 'unrecognized_keys' && path.length === 0);
  if (isUnknown || faulty.length === 0 || faulty.some(({ length }) => length === 0)) return [];
  const wanted = Object.entries(anyone).filter(([name]) => faulty.some(([field]) => field === name));
  const again = schema.safeParse(
    { ...(without(input, faulty) as object), ...Object.fromEntries(wanted) },
    { reportInput: true },
  );
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
