import type { CatalogueColumn } from '../../compile/catalogue/catalogue.ts';
import { printable } from '../../core/printable.ts';
import { shellWord } from '../../core/typed-again.ts';
import { sqlState } from '../../db/errors.ts';
import { one, type Db } from '../../db/client.ts';
import type { SoughtValue } from '../../ledger/undos/row-traces-sql.ts';
import { didYouMean, showText } from '../../words/did-you-mean.ts';
import { OperationRefused, UsageError } from '../errors.ts';
import { selectSought } from './row-history-sql.ts';

/** A key that loads of a table have, or had, and of what datasets. */
export interface KnownKey {
  readonly columns: readonly string[];
  readonly datasets: readonly string[];
}

/** Distinct keys, in the order in which they come. */
export function knownKeys(
  of: readonly { readonly dataset: string; readonly columns: readonly string[] }[],
): readonly KnownKey[] {
  const found = new Map<string, { columns: readonly string[]; datasets: Set<string> }>();
  for (const { dataset, columns } of of.filter(({ columns: { length } }) => length > 0)) {
    const name = JSON.stringify(columns);
    const known = found.get(name) ?? { columns, datasets: new Set<string>() };
    known.datasets.add(dataset);
    found.set(name, known);
  }
  return [...found.values()].map(({ columns, datasets }) => ({ columns, datasets: [...datasets] }));
}

/**
 * Which columns of the table the typed values are of: those that were named, else those of the only key that its loads and datasets have.
 * @throws OperationRefused where there is none or are several, or the table has them not
 */
export function keyColumnsOf(
  target: string,
  named: readonly string[] | null,
  { known, columns }: { readonly known: readonly KnownKey[]; readonly columns: readonly CatalogueColumn[] },
): readonly CatalogueColumn[] {
  const names = named ?? onlyKey(target, known);
  return names.map((name) => {
    const column = columns.find((each) => each.name === name);
    if (column !== undefined && column.orderable) return column;
    if (column !== undefined)
      throw new OperationRefused(
        `values of ${showText(name)} of ${printable(target)} (${printable(column.type)}) cannot be compared, so no row is found by them: name other columns with --columns`,
      );
    const all = columns.map((each) => each.name);
    const near = didYouMean(name, all);
    throw new OperationRefused(
      `${printable(target)} has no column ${showText(name)}${named === null ? ', which was the key of its loads' : ''}.${near} Name the columns of the values with --columns; it has ${all
        .slice(0, 20)
        .map((each) => printable(each, 80))
        .join(', ')}`,
    );
  });
}

function onlyKey(target: string, known: readonly KnownKey[]): readonly string[] {
  const [first, ...others] = known;
  if (first === undefined)
    throw new OperationRefused(
      `no load and no dataset of ${printable(target)} has a key, so it is not known which columns the values are of: name them with --columns, such as --columns id`,
    );
  if (others.length === 0) return first.columns;
  const each = known.map(
    ({ columns, datasets }) =>
      `--columns ${printable(shellWord(listed(columns)))} (${datasets.map((name) => printable(name, 80)).join(', ')})`,
  );
  throw new OperationRefused(
    `datasets of ${printable(target)} have different keys, so say which columns the values are of: ${each.join(' or ')}`,
  );
}

/** As --columns takes them. */
function listed(columns: readonly string[]): string {
  return columns.map((name) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',');
}

/** What stands between commas; in double quotes a comma is one, and "" a quote. Null: a quote is left open. */
export function commaList(text: string): readonly string[] | null {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      at += 1;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote === -1) return null;
        value += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        at += 1;
      }
      if (at < text.length && text[at] !== ',') return null;
      values.push(value);
    } else {
      const comma = text.indexOf(',', at);
      const end = comma === -1 ? text.length : comma;
      values.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return values;
    at += 1;
  }
}

/** The typed values, one a column; of a key of one column the text as it is. @throws UsageError */
export function soughtOf(typed: string, columns: readonly CatalogueColumn[]): readonly SoughtValue[] {
  const values = columns.length === 1 ? [typed] : commaList(typed);
  if (values === null)
    throw new UsageError([
      `--key ${showText(typed)}: a quote is left open. A value with a comma or a quote stands in double quotes, a quote in it twice: --key '"a,b",7'`,
    ]);
  if (values.length !== columns.length)
    throw new UsageError([
      `--key has ${values.length} ${values.length === 1 ? 'value' : 'values'}, and the key is (${columns.map(({ name }) => printable(name, 80)).join(', ')}): give ${columns.length}, between commas and in this order; one with a comma in it stands in double quotes`,
    ]);
  return columns.map((column, i) => ({
    column: {
      name: column.name,
      type: column.type,
      equals: column.equals,
      ...(column.enumType != null && { enumType: column.enumType }),
    },
    typed: values[i] ?? '',
  }));
}

/** The values as PostgreSQL prints them, in the columns' order. To be called inside transaction(). @throws UsageError where one is no value of its type */
export async function textsOf(db: Db, sought: readonly SoughtValue[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const value of sought) {
    try {
      const { texts: read } = await one<{ texts: readonly string[] }>(db, selectSought([value]));
      texts.push(...read);
    } catch (error) {
      const state = sqlState(error);
      // data_exception, and CHECK of a domain
      if (state === null || !(state.startsWith('22') || state.startsWith('23'))) throw error;
      throw new UsageError([
        `--key: ${showText(value.typed)} is no value of ${printable(value.column.name)} (${printable(value.column.type)}): ${printable((error as Error).message, 300)}`,
      ]);
    }
  }
  return texts;
}
