import fc from 'fast-check';
import { LoadRejected } from '../../../functions/protocol/errors.ts';
import type { Contract } from '../../../functions/core/contract.ts';
import type { Catalogue, CatalogueColumn, CatalogueIndex } from '../../../functions/compile/catalogue/catalogue.ts';
import { compileContract } from '../../../functions/compile/compile.ts';
import { type DatasetInput, defineDataset } from '../../../functions/compile/declaration/schema.ts';

/** One character of any kind: half of them ASCII with its control characters, the others anywhere, lone surrogates included. */
export const anyCharacter = fc
  .oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

/** A plain nullable text column, but for what is given. */
export function column(name: string, facts: Partial<CatalogueColumn> = {}): CatalogueColumn {
  return {
    name,
    type: 'text',
    baseType: 'text',
    builtIn: true,
    equals: 'operator(pg_catalog.=)',
    collation: null,
    baseKind: 'b',
    modifier: -1,
    isDomain: false,
    notNull: false,
    hasDefault: false,
    identity: '',
    generated: false,
    generatedAs: null,
    labels: null,
    orderable: true,
    ...facts,
  };
}

export const bigint = { type: 'bigint', baseType: 'int8' } as const;

/** A usable unique index. */
export function uniqueOn(columns: readonly (string | null)[], facts: Partial<CatalogueIndex> = {}): CatalogueIndex {
  const name = `${columns.join('_')}_key`;
  return { name, columns, partial: false, deferrable: false, usable: true, nullsNotDistinct: false, ...facts };
}

/** public.items (id bigint primary key, name text), but for what is given. */
export function catalogue(facts: Partial<Catalogue> = {}): Catalogue {
  return {
    schema: 'public',
    table: 'items',
    oid: 16384,
    kind: 'r',
    persistence: 'p',
    rowSecurity: false,
    role: 'loader',
    schemaUsage: true,
    canSelect: true,
    canInsert: true,
    canUpdate: true,
    canDelete: true,
    rules: [],
    triggers: [],
    childTables: [],
    lacksReplicaIdentity: false,
    partitionKey: [],
    partitionBound: null,
    leafBounds: null,
    columns: [column('id', { ...bigint, notNull: true }), column('name')],
    checks: [],
    foreignKeys: [],
    exclusions: [],
    uniqueIndexes: [uniqueOn(['id'], { name: 'items_pkey' })],
    ...facts,
  };
}

/** Dataset items, prefix items/, key id, but for what is given. */
export function dataset(facts: Partial<DatasetInput> = {}): ReturnType<typeof defineDataset> {
  return defineDataset({ name: 'items', prefix: 'items/', table: 'public.items', key: ['id'], ...facts });
}

/** The contract of both. */
export function contract(ofDataset: Partial<DatasetInput> = {}, ofCatalogue: Partial<Catalogue> = {}): Contract {
  return compileContract(dataset(ofDataset), catalogue(ofCatalogue), 'f');
}

/** The refusal of `run`, as `CODE: message`; fails where it does not refuse. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LoadRejected) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}
