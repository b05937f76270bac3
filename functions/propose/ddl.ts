import { sqlIdent } from '../core/typed-again.ts';
import type { TargetName } from '../core/target-name.ts';
import { reservedWords } from './reserved-words.ts';

/** A column of a table that is not there yet. */
export interface NewColumn {
  readonly name: string;
  /** As PostgreSQL calls it. */
  readonly type: string;
}

/** A table that is not there yet. */
export interface NewTable {
  readonly target: TargetName;
  readonly columns: readonly NewColumn[];
  /** Names of columns; none: it has no key. */
  readonly key: readonly string[];
}

/** The statements that make a table, to be read and run by a person. Only the key is NOT NULL: a file says nothing of the next one. */
export function createTable({ target: { schema, table }, columns, key }: NewTable): string {
  const lines = columns.map(({ name, type }) => `  ${sqlName(name)} ${type}${key.includes(name) ? ' not null' : ''}`);
  const all = key.length === 0 ? lines : [...lines, `  primary key (${key.map(sqlName).join(', ')})`];
  const makeSchema = schema === 'public' ? '' : `create schema if not exists ${sqlName(schema)};\n`;
  return `${makeSchema}create table ${sqlName(schema)}.${sqlName(table)} (\n${all.join(',\n')}\n);\n`;
}

/** A name as SQL has it, in quotes where it needs them. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reservedWords.has(name) ? name : sqlIdent(name);
}
