/** What names columns of a table by its business key: a contract, or what is known of one. */
interface Keyed<Column extends { readonly name: string }> {
  readonly dataset: string;
  readonly columns: readonly Column[];
  readonly businessKey: readonly string[];
}

/** The business key's columns, in its order. */
export function keyColumns<Column extends { readonly name: string }>(keyed: Keyed<Column>): readonly Column[] {
  return columnsNamed(keyed, keyed.businessKey);
}

/**
 * Columns of a contract, in the order of their names.
 * @throws where it has none of a name: a sealed contract has all that it names
 */
export function columnsNamed<Column extends { readonly name: string }>(
  keyed: Omit<Keyed<Column>, 'businessKey'>,
  wanted: readonly string[],
): readonly Column[] {
  return wanted.map((name) => columnNamed(keyed, name));
}

/**
 * One of them.
 * @throws as columnsNamed
 */
export function columnNamed<Column extends { readonly name: string }>(
  { columns, dataset }: Omit<Keyed<Column>, 'businessKey'>,
  name: string,
): Column {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`the contract of ${dataset} has no column ${name}`);
  return column;
}
