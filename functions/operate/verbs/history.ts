import { z } from 'zod';
import type { Catalogue } from '../../compile/catalogue/catalogue.ts';
import { targetOf } from '../../compile/compile.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { readCatalogue } from '../../contract/read-catalogue.ts';
import { printable } from '../../core/printable.ts';
import { parseTargetName, showTarget, type TargetName } from '../../core/target-name.ts';
import { many, transaction, type Db } from '../../db/client.ts';
import { HIDDEN } from '../../ledger/rejects/shown-text.ts';
import { oneLine, plural, second } from '../../words/quantities.ts';
import { OperationRefused, UsageError } from '../errors.ts';
import { demandTarget, targetSchema } from '../paused-targets.ts';
import { toldOfLoads } from '../row-history/entries.ts';
import { type Entry, entrySchema } from '../row-history/entry.ts';
import { lineageEntry, namedBefore } from '../row-history/lineage-entry.ts';
import { selectRowLineage, selectTargetLoads, type TargetLoad } from '../row-history/row-history-sql.ts';
import { commaList, keyColumnsOf, knownKeys, soughtOf, textsOf } from '../row-history/sought-key.ts';
import { lineageColumns, type Sought } from '../row-history/traces.ts';
import { defineVerb } from '../verb.ts';

/** Rows of one key that are told of: a unique key has one, versions of a row are more. */
const mostRows = 20;

/** Which loads made a row, as far as that is known: the ledger keeps no keys of rows. */
export const history = defineVerb({
  name: 'history',
  changes: false,
  input: z.strictObject({
    target: targetSchema,
    /** As it was typed: values between commas, in the order of the columns. */
    key: z.string(),
    /** Of the values, as they were typed: names between commas. Null: the key that all loads and datasets of the target have. */
    columns: z.string().min(1).nullable().default(null),
    /** How many loads are looked at, the newest. */
    most: z.int().min(1).max(1_000).default(50),
  }),
  output: z.strictObject({
    target: z.string(),
    /** What was sought; the value of a sensitive column is null. */
    key: z.array(z.strictObject({ column: z.string(), value: z.string().nullable() })),
    /** How many rows have the key now, 20 at most. */
    rows: z.int(),
    /** In the order of the loads. */
    entries: z.array(entrySchema),
    /** What could not be looked at, and why. */
    notes: z.array(z.string()),
    /** There are older loads, which were not looked at. */
    more: z.boolean(),
  }),
  async run({ target, key: typed, columns, most }, deps) {
    const { db } = deps;
    await demandTarget(target, deps);
    const newest = await many<TargetLoad>(db, selectTargetLoads(target, most + 1));
    const loads = newest.slice(0, most);
    const { sought, texts, rows, lineage } = await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
      const catalogue = await readableTarget(db, target, loads);
      const found = soughtIn(
        target,
        { typed, columns: namesOf(columns) },
        { catalogue, loads, datasets: deps.datasets },
      );
      const told = await textsOf(db, found.values);
      const from = lineageColumns(loads, catalogue);
      const named = parseTargetName(target) as TargetName;
      const lines = await many<{ lineage: readonly (string | null)[] }>(
        db,
        selectRowLineage(named, found.values, { columns: from, most: mostRows }),
      );
      return { sought: found, texts: told, rows: lines, lineage: from };
    });
    const notes = notesOf(sought);
    const entries: Entry[] = [];
    for (const { lineage: values } of rows) {
      const entry = await lineageEntry(db, target, {
        loads,
        lineage: new Map(lineage.map(({ kind, column }, i) => [kind, { column, value: values[i] ?? null }])),
      });
      if (entry !== null) entries.push(entry);
    }
    const told = await toldOfLoads(db, { loads, sought, texts, said: new Set(entries.map(({ loadId }) => loadId)) });
    return {
      target,
      key: sought.values.map(({ column: { name } }, i) => ({
        column: name,
        value: sought.sensitive.has(name) ? null : (texts[i] ?? ''),
      })),
      rows: rows.length,
      entries: namedBefore([...entries, ...told.entries], lineage).toSorted(
        (a, b) => (a.loadId ?? 0) - (b.loadId ?? 0),
      ),
      notes: [...notes, ...told.notes],
      more: newest.length > most,
    };
  },
  show({ target, key, rows, entries, notes, more }, { command }) {
    const words = key.map(({ column, value }) => `${printable(column, 80)} = ${printable(value ?? HIDDEN, 80)}`);
    const there = rows === 0 ? 'no row has this key now' : `${plural(rows, 'row')} with this key`;
    const last = entries.findLast(({ loadId }) => loadId !== null);
    const next = last === undefined ? 'list' : `explain ${last.loadId}`;
    return [
      `${printable(target)}, ${words.join(', ')}: ${there}\n`,
      ...entries.flatMap(entryLines),
      ...(entries.length > 0 ? [] : ['  no load that was looked at has anything to do with it\n']),
      ...notes.map((note) => `  note        ${printable(note, 400)}\n`),
      ...(more ? ['  note        there are older loads, which were not looked at: --limit takes more of them\n'] : []),
      `  next        ${command(next)} ${last === undefined ? 'shows loads' : 'says what became of that load'}\n`,
    ].join('');
  },
});

const verbs: Readonly<Record<Entry['did'], string>> = {
  wrote: 'wrote it',
  inserted: 'inserted it',
  updated: 'updated it',
  deleted: 'deleted it',
  rejected: 'rejected a record of it',
  duplicate: 'had another record of it',
  undone: 'was undone, and left it',
  'may-have-written': 'may have written it',
};

function entryLines({
  loadId,
  did,
  known,
  at,
  object,
  line,
  recordNo,
  bytes,
  why,
  before,
  isNow,
  read,
}: Entry): readonly string[] {
  const place = [
    ...(object === null ? [] : [printable(object, 300)]),
    ...(line === null ? [] : [`line ${line}`]),
    ...(recordNo === null ? [] : [`record ${recordNo}`]),
    ...(bytes === null ? [] : [`bytes ${bytes.from} to ${bytes.to}${bytes.of === 'slice' ? ' (its slice)' : ''}`]),
  ];
  const was = Object.entries(before ?? {}).map(([name, value]) => `${printable(name, 80)}=${value ?? 'NULL'}`);
  return [
    `  ${(loadId === null ? 'a load' : `load ${loadId}`).padEnd(10)}  ${verbs[did]}${at === null ? '' : `, ${second(at)}`}${isNow === true ? '; the row is as it left it' : ''}\n`,
    ...(place.length === 0 ? [] : [`              ${place.join(', ')}\n`]),
    `              ${known === 'candidate' ? 'not known' : 'known'}: ${printable(why, 300)}\n`,
    ...(was.length === 0 ? [] : [`              before: ${oneLine(was.join(', '), 300)}\n`]),
    ...(read === null ? [] : [`              to see it: ${read}\n`]),
  ];
}

function namesOf(columns: string | null): readonly string[] | null {
  if (columns === null) return null;
  const names = commaList(columns);
  if (names === null || names.includes(''))
    throw new UsageError(['--columns takes names between commas, such as --columns shop,sku']);
  return names;
}

/** @throws OperationRefused where the table is gone, or this role may not read it */
async function readableTarget(db: Db, target: string, loads: readonly TargetLoad[]): Promise<Catalogue> {
  const catalogue = await readCatalogue(db, parseTargetName(target) as TargetName);
  const shown = printable(target);
  if (catalogue === null)
    throw new OperationRefused(
      `there is no table ${shown} any more, so rows of it cannot be told of. ${loads.length === 0 ? 'No load wrote it' : `Loads wrote it, the last of them load ${loads[0]?.load_id}: landfall explain ${loads[0]?.load_id}`}`,
    );
  const { canSelect, schemaUsage, role, schema } = catalogue;
  if (!schemaUsage || !canSelect)
    throw new OperationRefused(
      `${printable(role)} may not read ${shown}: ${schemaUsage ? `grant select on ${shown} to ${printable(role)};` : `grant usage on schema ${printable(schema)} to ${printable(role)};`} as its owner, then type this again`,
    );
  return catalogue;
}

function soughtIn(
  target: string,
  { typed, columns }: { readonly typed: string; readonly columns: readonly string[] | null },
  {
    catalogue,
    loads,
    datasets,
  }: { readonly catalogue: Catalogue; readonly loads: readonly TargetLoad[]; readonly datasets: readonly Dataset[] },
): Sought {
  const declared = datasets.filter((dataset) => showTarget(targetOf(dataset)) === target);
  const known = knownKeys([
    ...declared.map((dataset) => ({ dataset: dataset.name, columns: dataset.key })),
    ...loads.flatMap(({ dataset, contract }) =>
      // what a dataset had for its key before counts no more
      contract === null || declared.some(({ name }) => name === dataset)
        ? []
        : [{ dataset, columns: contract.businessKey }],
    ),
  ]);
  const values = soughtOf(typed, keyColumnsOf(target, columns, { known, columns: catalogue.columns }));
  const sensitive = new Set([
    ...declared.flatMap((dataset) => dataset.columns.sensitive),
    ...loads.flatMap(({ contract }) =>
      (contract?.columns ?? []).filter((column) => column.sensitive === true).map(({ name }) => name),
    ),
  ]);
  return { catalogue, values, sensitive };
}

function notesOf({ catalogue: { rowSecurity, role } }: Sought): readonly string[] {
  return rowSecurity
    ? [`the table has row-level security: rows that ${printable(role)} does not see are not among these`]
    : [];
}
