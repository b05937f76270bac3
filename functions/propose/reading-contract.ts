import { keylessRule } from '../conflict/all.ts';
import { headerNames } from '../compile/header/header-names.ts';
import { defaultLimits } from '../compile/declaration/limits.ts';
import type { Contract, ContractColumn, UnknownColumns } from '../core/contract.ts';
import { plainColumn } from '../core/format/plain-column.ts';
import type { FileFormat } from '../core/format/file-format.ts';

/** A column that takes any cell: as text, or a value of JSON as it stands. */
export interface ReadColumn {
  readonly name: string;
  readonly type: 'text' | 'jsonb';
}

/**
 * A contract to read a file by that no table is known for: each of its columns is one of a table that has no rules. So the file is
 * read by the scanners that read it later.
 */
export function readingContract(
  format: FileFormat,
  columns: readonly ReadColumn[] = [],
  unknownColumns?: UnknownColumns,
): Contract {
  return {
    dataset: '',
    target: { schema: '', table: '', oid: 0 },
    format,
    businessKey: [],
    conflict: { rule: keylessRule.name },
    columns: columns.map(columnOf),
    requiredColumns: [],
    headerNames: headerNames({ rename: {}, ignore: [] }, columns),
    ignoredHeaders: [],
    ...(unknownColumns !== undefined && { unknownColumns }),
    checks: [],
    foreignKeys: [],
    leniencies: [],
    limits: defaultLimits,
    fingerprint: '',
  };
}

function columnOf({ name, type }: ReadColumn): ContractColumn {
  return { ...plainColumn(name), type, judgedAsInput: type === 'jsonb' };
}
