import { z } from 'zod';

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
};

/** None of them. */
export const noneSupplied = { constants: {} };

interface Supplying extends z.output<z.ZodObject<typeof suppliedFields>> {
  readonly rename: Readonly<Record<string, string>>;
  readonly clean: Readonly<Record<string, unknown>>;
  readonly unknown?: unknown;
}

/** Refuses that one column has its values from two places. */
export function crossCheckSupplied(
  { constants, rename, clean, unknown }: Supplying,
  report: (path: readonly (string | number)[], message: string) => void,
): void {
  const renamed = new Set(Object.values(rename));
  const captured = typeof unknown === 'object' && unknown !== null && 'capture' in unknown ? unknown.capture : null;
  for (const name of Object.keys(constants)) {
    const path = ['columns', 'constants', name];
    if (renamed.has(name)) report(path, 'is also filled by columns.rename: choose one');
    if (name === captured) report(path, 'is also filled by columns.unknown: choose one');
    if (Object.hasOwn(clean, name)) report(path, 'is also in columns.clean, which cleans what a file brings');
  }
}
