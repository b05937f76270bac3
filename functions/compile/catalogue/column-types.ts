import type { ContractColumn, PlainForm } from '../../core/contract.ts';
import type { CatalogueColumn } from './catalogue.ts';

type TypeFacts = Pick<
  ContractColumn,
  'stagingType' | 'plainForm' | 'maxLength' | 'precision' | 'scale' | 'labels' | 'judgedAsInput' | 'domainOf'
>;

/** How the values of a column are staged and judged. */
export function typeFacts(column: CatalogueColumn): TypeFacts {
  const { plainForm, stagingType } = stagedAs(column);
  const [precision, scale] = numberSize(column);
  return {
    stagingType,
    plainForm,
    maxLength: maxLength(column),
    precision,
    scale,
    labels: column.labels,
    judgedAsInput: plainForm === 'text' && column.labels === null && !isCharacterType(column),
    ...domainOf(column),
  };
}

/**
 * pg_type.typname of the base type -> plain form and staging type. real is staged as real, not as double precision, so that
 * the text is rounded once and not twice; what is out of its range fails the COPY, and that slice is staged once all-raw.
 */
const plainTypes: Readonly<Record<string, readonly [PlainForm, string]>> = {
  int2: ['int2', 'smallint'],
  int4: ['int4', 'integer'],
  int8: ['int8', 'bigint'],
  numeric: ['numeric', 'numeric'],
  float4: ['float8', 'real'],
  float8: ['float8', 'double precision'],
  bool: ['boolean', 'boolean'],
  date: ['date', 'date'],
  time: ['time', 'time without time zone'],
  timestamp: ['timestamp', 'timestamp without time zone'],
  timestamptz: ['timestamptz', 'timestamp with time zone'],
  uuid: ['uuid', 'uuid'],
};

function stagedAs(column: CatalogueColumn): { plainForm: PlainForm; stagingType: string } {
  const known = column.builtIn ? plainTypes[column.baseType] : undefined;
  if (known === undefined) return { plainForm: 'text', stagingType: 'text' };
  return { plainForm: known[0], stagingType: known[1] };
}

/** The array types of pg_catalog are called as their elements are, behind a low line. */
function domainOf({ isDomain, builtIn, baseType }: CatalogueColumn): Pick<TypeFacts, 'domainOf'> {
  if (!isDomain || !builtIn) return {};
  if (baseType === 'json' || baseType === 'jsonb') return { domainOf: baseType };
  return baseType.startsWith('_') ? { domainOf: 'array' } : {};
}

/** Types that take any text: text, varchar, char, and citext wherever the extension lives. */
function isCharacterType(column: CatalogueColumn): boolean {
  return column.builtIn ? ['text', 'varchar', 'bpchar'].includes(column.baseType) : column.baseType === 'citext';
}

// varchar(n) and char(n) carry n + 4
function maxLength({ builtIn, baseType, modifier }: CatalogueColumn): number | null {
  return builtIn && (baseType === 'varchar' || baseType === 'bpchar') && modifier >= 4 ? modifier - 4 : null;
}

// numeric(p,s): p in the upper 16 bits, s in the lower 11 as a signed number; time and timestamp: digits of a second
function numberSize({ builtIn, baseType, modifier }: CatalogueColumn): readonly [number | null, number | null] {
  if (!builtIn || modifier < 0) return [null, null];
  if (baseType === 'numeric') {
    const packed = modifier - 4;
    return [(packed >> 16) & 0xffff, ((packed & 0x7ff) ^ 1024) - 1024];
  }
  return ['time', 'timestamp', 'timestamptz'].includes(baseType) ? [null, modifier] : [null, null];
}
