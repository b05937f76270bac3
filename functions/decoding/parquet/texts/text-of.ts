import type { SchemaElement } from 'hyparquet';
import { hex, texts, uuids } from './byte-texts.ts';
import { decimals } from './decimals.ts';
import { floats } from './floats.ts';
import { booleans, integers } from './integers.ts';
import { days, int96, intervals, times, timestamps, type Unit } from './moments.ts';
import type { ValueText } from './value-text.ts';

/** What a value is inside of JSON: as it is, a number that may be none, between quotes, bytes in hexadecimal, a text to escape, or JSON already. */
export type InJson = 'bare' | 'number' | 'quoted' | 'bytes' | 'text' | 'json';

/** How values of a column are written. */
export interface ColumnText {
  readonly text: ValueText;
  readonly inJson: InJson;
}

/** By the column's logical type, or the older converted one, or what it is stored as. Null: no such column is known. */
export function textOf(element: SchemaElement): ColumnText | null {
  const { type, converted_type: converted, logical_type: logical } = element;
  const scale = logical?.type === 'DECIMAL' ? logical.scale : (element.scale ?? 0);
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return decimal(type, scale);
  switch (type) {
    case 'BOOLEAN':
      return { text: booleans, inJson: 'bare' };
    case 'INT32':
      return int32(element);
    case 'INT64':
      return int64(element);
    case 'INT96':
      return { text: int96(), inJson: 'quoted' };
    case 'FLOAT':
      return { text: floats.single, inJson: 'number' };
    case 'DOUBLE':
      return { text: floats.double, inJson: 'number' };
    case 'BYTE_ARRAY':
      return byteArray(element);
    case 'FIXED_LEN_BYTE_ARRAY':
      return fixed(element);
    default:
      return null;
  }
}

function decimal(type: SchemaElement['type'], scale: number): ColumnText | null {
  if (!Number.isInteger(scale) || scale < 0 || scale > 16_383) return null;
  if (type === 'INT32' || type === 'INT64') return { text: decimals(type, scale), inJson: 'bare' };
  const isBytes = type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY';
  return isBytes ? { text: decimals('bytes', scale), inJson: 'bare' } : null;
}

function int32({ converted_type: converted, logical_type: logical }: SchemaElement): ColumnText {
  if (logical?.type === 'DATE' || converted === 'DATE') return { text: days, inJson: 'quoted' };
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS') return { text: times('MILLIS'), inJson: 'quoted' };
  const isUnsigned = logical?.type === 'INTEGER' ? !logical.isSigned : converted?.startsWith('UINT_') === true;
  return { text: isUnsigned ? integers.uint32 : integers.int32, inJson: 'bare' };
}

function int64({ converted_type: converted, logical_type: logical }: SchemaElement): ColumnText {
  if (logical?.type === 'TIMESTAMP')
    return { text: timestamps(logical.unit, logical.isAdjustedToUTC), inJson: 'quoted' };
  if (logical?.type === 'TIME') return { text: times(smallUnit(logical.unit)), inJson: 'quoted' };
  // the older types are in UTC (LogicalTypes of the format)
  if (converted === 'TIMESTAMP_MILLIS') return { text: timestamps('MILLIS', true), inJson: 'quoted' };
  if (converted === 'TIMESTAMP_MICROS') return { text: timestamps('MICROS', true), inJson: 'quoted' };
  if (converted === 'TIME_MICROS') return { text: times('MICROS'), inJson: 'quoted' };
  const isUnsigned = logical?.type === 'INTEGER' ? !logical.isSigned : converted === 'UINT_64';
  return { text: isUnsigned ? integers.uint64 : integers.int64, inJson: 'bare' };
}

/** Milliseconds of a day have 32 bits. */
function smallUnit(unit: Unit): Unit {
  return unit === 'NANOS' ? 'NANOS' : 'MICROS';
}

function byteArray({ converted_type: converted, logical_type: logical }: SchemaElement): ColumnText {
  if (logical?.type === 'JSON' || converted === 'JSON') return { text: texts, inJson: 'json' };
  const isText = logical?.type === 'STRING' || logical?.type === 'ENUM' || converted === 'UTF8' || converted === 'ENUM';
  return isText ? { text: texts, inJson: 'text' } : { text: hex, inJson: 'bytes' };
}

function fixed({
  type_length: length,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): ColumnText | null {
  if (logical?.type === 'UUID') return length === 16 ? { text: uuids, inJson: 'quoted' } : null;
  if (logical?.type === 'FLOAT16') return length === 2 ? { text: floats.half, inJson: 'number' } : null;
  if (converted === 'INTERVAL') return length === 12 ? { text: intervals, inJson: 'quoted' } : null;
  return { text: hex, inJson: 'bytes' };
}
