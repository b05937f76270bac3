import { describe, expect, test } from 'vitest';
import { ColumnStatistics } from '../../../functions/propose/columns/column-statistics.ts';
import { proposeType } from '../../../functions/propose/columns/column-type.ts';

function columnOf(cells: readonly (string | null)[]): ColumnStatistics {
  const column = new ColumnStatistics();
  for (const cell of cells) column.observe(cell === null ? null : Buffer.from(cell));
  return column;
}

const types: readonly (readonly [type: string, cells: readonly (string | null)[]])[] = [
  ['integer', ['0', '-1', '2147483647', null]],
  ['bigint', ['1', '2147483648']],
  ['bigint', ['9223372036854775807', '-9223372036854775807']],
  ['numeric', ['1', '9223372036854775808']],
  ['numeric', ['1', '123456789012345678901']],
  ['numeric', ['0.10', '7']],
  ['double precision', ['1e5', '2.5', '7']],
  ['numeric', ['1e5', '0.12345678901234567891']],
  ['numeric', ['0.12345678901234567891', '1e5']],
  ['text', ['1', '01067']],
  ['text', ['-01']],
  ['text', ['00.5']],
  ['text', ['+5']],
  ['text', ['1 ', '2']],
  ['text', ['1', 'n/a']],
  ['text', ['1', '']],
  ['boolean', ['true', 'FALSE']],
  ['text', ['t', 'f']],
  ['text', ['yes', 'no']],
  ['date', ['2024-02-29', '0001-01-01']],
  ['text', ['2023-02-29']],
  ['text', ['2024/01/02']],
  ['time', ['23:59:59.123456']],
  ['timestamp', ['2024-01-02 03:04:05', '2024-01-02T03:04:05.5']],
  ['timestamptz', ['2024-01-02T03:04:05Z', '2024-01-02 03:04:05+02']],
  ['text', ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05']],
  ['text', ['2024-01-02', '2024-01-02T03:04:05']],
  ['uuid', ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', '3F2504E0-4F89-11D3-9A0C-0305E82C3301']],
  ['text', [null, null]],
  ['text', []],
];

test.each(types)('%s holds %j', (type, cells) => {
  expect(proposeType(columnOf(cells)).type).toBe(type);
});

describe('the reason of a text', () => {
  test('names the record and the cell that is no number', () => {
    expect(proposeType(columnOf(['1', null, '2', 'n/a', '3'])).why).toBe(
      'record 4 has "n/a", all before it whole numbers',
    );
  });

  test('is none where the first value is a text', () => {
    expect(proposeType(columnOf([null, 'a', '1'])).why).toBe('text');
  });
});
