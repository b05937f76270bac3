import { printable } from './printable.ts';

/** A table's name as the catalogue has it. */
export interface TargetName {
  readonly schema: string;
  readonly table: string;
}

/**
 * Reads `schema.table` or `table` (schema public); a part in double quotes may hold dots. Case is kept as typed: names are
 * compared with the catalogue, never folded. Null where it is neither.
 */
export function parseTargetName(text: string): TargetName | null {
  const match = /^(?:(?<schema>"(?:[^"]|"")+"|[^".]+)\.)?(?<table>"(?:[^"]|"")+"|[^".]+)$/u.exec(text.trim());
  const { schema = 'public', table } = match?.groups ?? {};
  return table === undefined ? null : { schema: unquote(schema), table: unquote(table) };
}

/** `schema.table`, for naming ad-hoc datasets and the targets of loads; quoted only where it could be misread. */
export function showTarget({ schema, table }: TargetName): string {
  return `${showName(schema)}.${showName(table)}`;
}

/** The same as messages name it, on one line. */
export function shownTarget(target: TargetName): string {
  return printable(showTarget(target));
}

function showName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.trim();
}
