import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Lookup } from '../../../core/rules/column-rules.ts';
import { parseTargetName } from '../../../core/target-name.ts';

/** 10,000 values: they are part of the contract, which each load keeps. */
const mostValues = 10_000;

/** `schema.table(column)`, a file by its URL, or what a command read from one. */
export const lookupShape = z
  .union([
    z.string(),
    z.strictObject({ list: z.string().regex(/^(?:s3|file):\/\//u) }),
    z.strictObject({ from: z.string().min(1), values: z.array(z.string()).min(1).max(mostValues) }),
  ])
  .transform((written, context): Lookup | UnreadList => {
    const lookup = typeof written === 'string' ? lookupIn(written) : 'list' in written ? written : listOf(written);
    if (lookup !== null) return lookup;
    context.addIssue({
      code: 'custom',
      message:
        'must be "schema.table(column)", or { list: URL } of a file with a value a line (file:///... or s3://...)',
    });
    return z.NEVER;
  });

/** A list that is still to be read. */
export interface UnreadList {
  readonly list: string;
}

/** The values of a file, one a line; blank lines are none. A problem where there are none, or too many. */
export function listFrom(from: string, text: string): Lookup | { readonly problem: string } {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r\n|\n|\r/u);
  const values = [...new Set(lines.filter((line) => line.trim() !== ''))];
  if (values.length === 0) return { problem: 'it has no value; write one a line' };
  if (values.length > mostValues) {
    return { problem: `it has ${values.length} values, more than ${mostValues}: put them into a table` };
  }
  return listOf({ from, values });
}

function listOf({ from, values }: { readonly from: string; readonly values: readonly string[] }): Lookup {
  return { from, values, sha256: createHash('sha256').update(JSON.stringify(values)).digest('hex') };
}

function lookupIn(written: string): Lookup | null {
  const [, name = '', column = ''] = /^([^()]+)\(([^()]+)\)$/u.exec(written.trim()) ?? [];
  const target = parseTargetName(name.trim());
  const named = /^"(.+)"$/u.exec(column.trim())?.[1]?.replaceAll('""', '"') ?? column.trim();
  return target === null || named === '' ? null : { ...target, column: named };
}
