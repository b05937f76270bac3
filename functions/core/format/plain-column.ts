import type { ContractColumn } from '../contract.ts';

/** A column of text that no table has: no type of a catalogue judges it and nothing is required of it. */
export function plainColumn(name: string): ContractColumn {
  return {
    name,
    type: 'text',
    stagingType: 'text',
    plainForm: 'text',
    notNull: false,
    hasDefault: false,
    maxLength: null,
    precision: null,
    scale: null,
    labels: null,
    isDomain: false,
    equals: 'operator(pg_catalog.=)',
    collation: null,
    judgedAsInput: false,
    rules: {},
  };
}
