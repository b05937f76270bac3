import { z } from 'zod';
import { lineageKinds } from '../../../core/supplies/supply.ts';

const column = z.string().min(1);

/** Fields of `columns` that say what a column has in every record without a file bringing it. */
export const suppliedFields = {
  /** Column of the target -> a text that every record has in it, read as PostgreSQL reads it. */
  constants: z
    .record(
      column,
      z
        .string()
        .max(10_000)
        .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed Unicode without NUL'),
    )
    .default({}),
  /** Column of the target -> what it says of where a record came from. */
  lineage: z.record(column, z.enum(lineageKinds)).default({}),
  /** Column of the target -> an expression in SQL over the record's columns. 10,000 characters: what is longer belongs into a function. */
  derive: z.record(column, z.string().trim().min(1).max(10_000)).default({}),
};

/** None of them. */
export const noneSupplied = { constants: {}, lineage: {}, derive: {} };

type Supplied = z.output<z.ZodObject<typeof suppliedFields>>;

/** Which field supplies each column, as often as one does. */
export function suppliesIn(columns: Supplied): readonly { readonly field: keyof Supplied; readonly name: string }[] {
  const fields = Object.keys(noneSupplied) as readonly (keyof Supplied)[];
  return fields.flatMap((field) => Object.keys(columns[field]).map((name) => ({ field, name })));
}

interface Supplying extends Supplied {
  readonly rename: Readonly<Record<string, string>>;
  readonly clean: Readonly<Record<string, unknown>>;
  readonly unknown?: unknown;
}

/** Refuses that one column has its values from two places. */
export function crossCheckSupplied(
  columns: Supplying,
  report: (path: readonly (string | number)[], message: string) => void,
): void {
  const { rename, clean, unknown } = columns;
  const renamed = new Set(Object.values(rename));
  const captured = typeof unknown === 'object' && unknown !== null && 'capture' in unknown ? unknown.capture : null;
  const before = new Map<string, string>();
  for (const { field, name } of suppliesIn(columns)) {
    const path = ['columns', field, name];
    const other = before.get(name);
    if (other !== undefined) report(path, `is also in columns.${other}: choose one`);
    if (renamed.has(name)) report(path, 'is also filled by columns.rename: choose one');
    if (name === captured) report(path, 'is also filled by columns.unknown: choose one');
    if (Object.hasOwn(clean, name)) report(path, 'is also in columns.clean, which cleans what a file brings');
    before.set(name, field);
  }
}
