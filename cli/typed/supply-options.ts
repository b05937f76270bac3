import { lineageKinds } from '../../functions/core/supplies/supply.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';

/** Options of load that give a column a value which no file brings. */
export const supplyOptions = ['constant', 'lineage'] as const;

/** Them as a request has them; what is wrong is added to `problems`. What suits a column is the dataset's to check. */
export function readSupplies(
  lists: Readonly<Record<string, readonly string[] | undefined>>,
  problems: string[],
): Pick<LoadRequest, 'constants' | 'lineage'> {
  const constants = readPairs(
    'constant',
    lists['constant'] ?? [],
    "region=EU (or 'note=' for an empty text)",
    problems,
  );
  const lineage = readPairs('lineage', lists['lineage'] ?? [], 'source_file=object-key', problems);
  for (const [column, kind] of Object.entries(lineage)) {
    if ((lineageKinds as readonly string[]).includes(kind)) continue;
    problems.push(`--lineage ${column}: "${kind}" is none; it is ${lineageKinds.join(', ')}`);
  }
  return {
    ...(Object.keys(constants).length > 0 && { constants }),
    ...(Object.keys(lineage).length > 0 && { lineage }),
  };
}

/** How rows that are there take values, by column. */
export function readMerge(typed: readonly string[], problems: string[]): Pick<LoadRequest, 'merge'> {
  const merge = readPairs('merge', typed, 'created_at=onInsert', problems);
  return Object.keys(merge).length > 0 ? { merge } : {};
}

/** `COLUMN=TEXT`, each column once. */
export function readPairs(
  option: string,
  typed: readonly string[],
  example: string,
  problems: string[],
): Readonly<Record<string, string>> {
  const pairs = new Map<string, string>();
  for (const one of typed) {
    const equals = one.indexOf('=');
    const column = one.slice(0, equals).trim();
    if (equals === -1 || column === '')
      problems.push(`--${option}: "${one}" is not COLUMN=...; write --${option} ${example}`);
    else if (pairs.has(column)) problems.push(`--${option} names "${column}" twice`);
    else pairs.set(column, one.slice(equals + 1));
  }
  return Object.fromEntries(pairs);
}
