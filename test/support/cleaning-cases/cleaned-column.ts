import type { CleanedColumn } from '../../../functions/cleaning/step.ts';
import type { PlainForm } from '../../../functions/core/contract.ts';

const forms: Readonly<Record<string, PlainForm>> = {
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  numeric: 'numeric',
  'double precision': 'float8',
  real: 'float8',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  uuid: 'uuid',
};

/** A column of the type, as far as steps know of it. */
export function cleanedColumn(type: string): CleanedColumn {
  const plainForm = forms[type.replace(/\(.*/, '')] ?? 'text';
  return { name: 'c', type, plainForm, hasDefault: false, notNull: false };
}
