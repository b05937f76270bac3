import { describe, expect, test } from 'vitest';
import { mapHeader } from '../../../functions/compile/header/header.ts';
import { bigint, column, contract, refusal } from './build.ts';
import { type DatasetInput, defineDataset } from '../../../functions/compile/declaration/schema.ts';

const least = { name: 'orders', prefix: 'orders/', table: 'sales.orders', key: ['id'] };

test('a column has its values from one place, and all that is wrong with that is told at once', () => {
  const columns = {
    rename: { Region: 'region' },
    clean: { note: ['trim'] },
    unknown: { capture: 'rest' },
    constants: { region: 'EU', note: 'x', total: '1', bad: 'a\0b' },
    lineage: { total: 'load-id', file: 'key' },
    derive: { rest: 'note', empty: ' ' },
  };
  expect(() => defineDataset({ ...least, format: 'ndjson', columns } as unknown as DatasetInput)).toThrow(
    expect.objectContaining({
      message: `Dataset "orders" is not valid:
  columns.constants.bad: must be well-formed Unicode without NUL
  columns.lineage.file: must be one of load-id, object-key, line, record, loaded-at, object-time, not "key". Did you mean "object-key"?
  columns.derive.empty: must not be empty
  columns.constants.region: is also filled by columns.rename: choose one
  columns.constants.note: is also in columns.clean, which cleans what a file brings
  columns.lineage.total: is also in columns.constants: choose one
  columns.derive.rest: is also filled by columns.unknown: choose one`,
    }),
  );
});

describe('a file without the columns that its dataset supplies', () => {
  const columns = [
    column('id', { ...bigint, notNull: true }),
    column('name', { notNull: true }),
    column('region', { notNull: true }),
    column('label', { notNull: true }),
  ];
  const items = contract({ columns: { constants: { region: 'EU' }, derive: { label: 'name' } } }, { columns });

  test('lacks nothing', () => {
    expect(mapHeader(items, ['id', 'name']).map((file) => file.column?.name)).toEqual(['id', 'name']);
  });

  test('has no name that is meant for one of them', () => {
    const told = refusal(() => mapHeader(items, ['id', 'name', 'regions']));
    expect(told).toContain('UNKNOWN_COLUMN');
    expect(told).not.toContain('Did you mean');
  });

  test('may not bring one of them', () => {
    expect(refusal(() => mapHeader(items, ['id', 'name', 'Region']))).toContain(
      'UNFILLABLE_COLUMN: The file\'s column "Region" cannot be loaded: it has its values from the dataset',
    );
  });
});
