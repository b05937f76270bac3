import type { RejectCode } from '../../functions/protocol/reject-codes.ts';
import type { Leniency } from '../../functions/core/contract.ts';

/** What becomes of cells in a column of one type, strictly or with leniencies. */
export interface CellCase {
  readonly type: string;
  readonly leniencies?: readonly Leniency[];
  readonly accept: readonly string[];
  readonly reject: Readonly<Partial<Record<RejectCode, readonly string[]>>>;
}

/** Types in schema public: mood (enum sad, glad), email and positive and short_name (domains), citext. */
// biome-ignore format: a table reads best a few lines a type
export const cellCases: readonly CellCase[] = [
  {
    type: 'integer',
    accept: ['7', '-7', '+7', '007', '2147483647'],
    reject: {
      INTEGER_RANGE: ['2147483648'],
      INVALID_INTEGER: ['', ' 7 ', '1_000', '0x1F', '7.0', '1e3', 'seven', '7\n', '٧'],
    },
  },
  { type: 'smallint', accept: ['32767'], reject: { INTEGER_RANGE: ['32768'] } },
  {
    type: 'bigint',
    accept: ['9223372036854775807'],
    reject: {
      INTEGER_RANGE: ['9223372036854775808', '9'.repeat(400)],
    },
  },
  {
    type: 'integer', leniencies: ['trimBlanks'],
    accept: [' 7 ', '\t7'],
    reject: {
      INVALID_INTEGER: ['\u200b7', '  '],
    },
  },
  { type: 'integer', leniencies: ['quotedEmptyIsNull'], accept: [''], reject: { INVALID_INTEGER: [' '] } },
  { type: 'integer', leniencies: ['trimBlanks', 'quotedEmptyIsNull'], accept: ['  '], reject: {} },
  {
    type: 'integer', leniencies: ['numberForms'],
    accept: ['1_000', '0x1F', '0b11'],
    reject: {
      INTEGER_RANGE: ['0xFFFFFFFF'],
      INVALID_INTEGER: [' 7', 'x', '1__0', '_1', '0x'],
    },
  },
  {
    type: 'numeric',
    accept: ['123456789012345678901234567890.123456789', '1e6'],
    reject: {
      INVALID_NUMBER: ['12,5', '.5', '5.', 'NaN', 'Infinity', '1_000.5'],
      NUMERIC_OVERFLOW: ['1e200000'],
    },
  },
  {
    type: 'numeric(5,2)',
    accept: ['999.99', '-999.99', '1.500'],
    reject: {
      NUMERIC_SCALE: ['1.999'],
      NUMERIC_OVERFLOW: ['1000', '-1000'],
    },
  },
  {
    type: 'numeric(5,2)', leniencies: ['roundNumbers'],
    accept: ['1.999', '999.994'],
    reject: {
      NUMERIC_OVERFLOW: ['999.995'],
    },
  },
  { type: 'numeric(3,-2)', accept: ['12300'], reject: { NUMERIC_SCALE: ['12345'], NUMERIC_OVERFLOW: ['100000'] } },
  { type: 'numeric(2,4)', accept: ['0.0099'], reject: { NUMERIC_OVERFLOW: ['0.01'] } },
  {
    type: 'numeric(5,2)', leniencies: ['numberForms', 'specialNumbers'],
    accept: ['.5', '5.', '1_0.5', 'nan'],
    reject: {
      NUMERIC_OVERFLOW: ['inf'],
    },
  },
  { type: 'numeric', leniencies: ['specialNumbers'], accept: ['-Infinity'], reject: { INVALID_NUMBER: ['infinit'] } },
  { type: 'double precision', accept: ['0.1', '-2.5E-3'], reject: { FLOAT_RANGE: ['1e400'], INVALID_NUMBER: ['NaN'] } },
  { type: 'real', accept: ['3.4e38'], reject: { FLOAT_RANGE: ['3.5e38', '1e-60'] } },
  {
    type: 'double precision', leniencies: ['numberForms'],
    accept: ['.5', '5.', '0x1F', '1e3'],
    reject: { INVALID_NUMBER: ['1_000', '.', 'NaN'] },
  },
  { type: 'double precision', leniencies: ['specialNumbers'], accept: ['NaN', '-inf'], reject: {} },
  { type: 'boolean', accept: ['true', 'FALSE', 't', 'F'], reject: { INVALID_BOOLEAN: ['tr', 'on', 'y', '1'] } },
  { type: 'boolean', leniencies: ['booleanWords'], accept: ['t', 'on', '0'], reject: { INVALID_BOOLEAN: ['2'] } },
  {
    type: 'date',
    accept: ['2024-02-29'],
    reject: {
      INVALID_DATE: [
        '2023-02-29', '0000-01-01', 'today', 'infinity', 'epoch', 'J2451187', '01/02/2024', '20240102', '2024-1-2',
        '2024-01-02 10:00',
      ],
    },
  },
  {
    type: 'date', leniencies: ['specialDates'],
    accept: ['epoch', '-infinity'],
    reject: {
      INVALID_DATE: ['J2451187', 'today', 'yesterday', 'now'],
    },
  },
  {
    type: 'date', leniencies: ['dateForms'],
    accept: ['J2451187', '2024/1/2', 'Jan 2, 2024', '20240102'],
    reject: {
      INVALID_DATE: ['tomorrow', '01/02/2024', '2024-01-02 10:00', '20240102T101010'],
    },
  },
  {
    type: 'time',
    accept: ['10:15', '23:59:59.999999', '10:15:30.1230000'],
    reject: {
      INVALID_TIME: ['24:00:00', '10:00:60', 'now', '9:05 PM'],
      FRACTION_TOO_FINE: ['10:15:30.1234567'],
      ZONE_DROPPED: ['10:00+02'],
    },
  },
  {
    type: 'time', leniencies: ['dropZone', 'dateForms'],
    accept: ['10:00+02', '9:05 PM', '24:00:00'],
    reject: {
      INVALID_TIME: ['25:00:00'],
    },
  },
  { type: 'time(0)', accept: ['10:15:30.000'], reject: { FRACTION_TOO_FINE: ['10:15:30.5'] } },
  { type: 'time(0)', leniencies: ['roundNumbers'], accept: ['10:15:30.5'], reject: {} },
  {
    type: 'timestamp',
    accept: ['2024-01-02 10:15:30', '2024-01-02T10:15:30.123456Z', '2024-01-02 10:15+00', '2024-01-02'],
    reject: {
      ZONE_DROPPED: ['2024-01-02 10:15:30+02'],
      FRACTION_TOO_FINE: ['2024-01-02 10:15:30.1234567'],
      INVALID_TIMESTAMP: ['2024-01-02 24:00:00', '2024-02-30 10:00:00', 'now', 'infinity'],
    },
  },
  {
    type: 'timestamp', leniencies: ['dropZone', 'roundNumbers'],
    accept: ['2024-01-02 10:15:30+02', '2024-01-02 10:15:30.1234567'],
    reject: {

    },
  },
  {
    type: 'timestamp(3)',
    accept: ['2024-01-02 10:15:30.125'],
    reject: {
      FRACTION_TOO_FINE: ['2024-01-02 10:15:30.1255'],
    },
  },
  {
    type: 'timestamptz',
    accept: ['2024-01-02 10:15:30', '2024-01-02T10:15:30+05:30', '2024-01-02 10:15:30-0800'],
    reject: {
      INVALID_TIMESTAMP: ['now', '2024-01-02 10:15:30 PST', '2024-01-02 10:15:30+16', '01/02/2024 10:00'],
    },
  },
  {
    type: 'timestamptz', leniencies: ['dateForms'],
    accept: ['2024-01-02 10:15:30 UTC', '2 Jan 2024 10:15'],
    reject: {
      INVALID_TIMESTAMP: ['now', '2024-01-02 10:15:30 PST'],
    },
  },
  { type: 'timestamptz', leniencies: ['specialDates'], accept: ['infinity', 'epoch'], reject: { INVALID_TIMESTAMP: ['now', 'today'] } },
  {
    type: 'uuid',
    accept: ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{a0eebc999c0b4ef8bb6d6bb9bd380a11}'],
    reject: {
      INVALID_UUID: ['x'],
    },
  },
  { type: 'text', accept: ['', ' 7 ', 'x'.repeat(9000)], reject: {} },
  { type: 'varchar(3)', accept: ['äöü', ''], reject: { TOO_LONG: ['abcd', 'abc   '] } },
  { type: 'char(3)', accept: ['ab', 'abc'], reject: { TOO_LONG: ['abc '] } },
  { type: 'varchar(3)', leniencies: ['truncateText'], accept: ['abc   '], reject: { TOO_LONG: ['abcd'] } },
  { type: 'public.mood', accept: ['glad'], reject: { NOT_IN_ENUM: ['Glad', ''] } },
  { type: 'public.mood', leniencies: ['trimBlanks', 'quotedEmptyIsNull'], accept: [' glad', ''], reject: {} },
  { type: 'public.email', accept: ['a@b'], reject: { DOMAIN: ['nobody'] } },
  { type: 'public.positive', accept: ['7'], reject: { DOMAIN: ['-7'], INVALID_INTEGER: ['x'] } },
  { type: 'public.short_name', accept: ['abc'], reject: { TOO_LONG: ['abcd'] } },
  {
    type: 'jsonb',
    accept: ['{"a": [1]}', `[${'{"a":"["},'.repeat(2000)}1]`],
    reject: {
      INVALID_INPUT: ['{'],
      JSON_DEPTH: ['[['.repeat(4000)],
    },
  },
  { type: 'inet', accept: ['10.0.0.1/8'], reject: { INVALID_INPUT: ['10.0.0.256'] } },
  {
    type: 'integer[]',
    accept: ['{1,2}', '{}', '{ +1 , NULL }', '{{1,2},{"3",4}}', '[0:1]={7,8}', ' {007}'],
    reject: { INVALID_INPUT: ['{1,x}', '{0x1F}', '{1,1_000}', '{1,2', '{1.0}', '{"1 "2}', '1,2', '[0:1]={0x7,8}'] },
  },
  { type: 'integer[]', leniencies: ['numberForms'], accept: ['{0x1F,1_000}'], reject: { INVALID_INPUT: ['{1,000.5}'] } },
  { type: 'boolean[]', accept: ['{t,f,TRUE,NULL}'], reject: { INVALID_INPUT: ['{yes}', '{t,of}', '{1}'] } },
  { type: 'numeric[]', accept: ['{1.5,-1e3}'], reject: { INVALID_INPUT: ['{NaN}', '{1,1_0.5}', '{.5}'] } },
  { type: 'float8[]', accept: ['{1e+20,0.1}'], reject: { INVALID_INPUT: ['{inf}', '{0x1F}'] } },
  { type: 'int4range', accept: ['[1,5)', '(,)', 'empty', '[,7]', ' [1,2]'], reject: { INVALID_INPUT: ['[0x1F,)', '[1_000,)', '[5,1)'] } },
  { type: 'nummultirange', accept: ['{[1.5,2),(3,4]}', '{}'], reject: { INVALID_INPUT: ['{[.5,1)}'] } },
  {
    type: 'daterange',
    accept: ['[2024-01-01,2024-02-01)', '[2024-01-01,infinity)', '(,"2024-01-01"]'],
    reject: {
      INVALID_INPUT: [
        '[today,2999-01-01)', '[1692351125,)', '[24-12-31,)', '[20240102,)', '[25 Dec 24,)', '[2024-01-02 10:15,)', '[epoch,)', '[2024/1/2,)', '[J2460676,)', '[01/02/2024,)',
      ],
    },
  },
  { type: 'daterange', leniencies: ['dateForms'], accept: ['[2024/1/2,)', '[20240102,2 Jan 2025)'], reject: { INVALID_INPUT: ['[1692351125,)', '[25 Dec 24,)', '[1/2/2024,)'] } },
  { type: 'date[]', accept: ['{2024-01-02}'], reject: { INVALID_INPUT: ['{1692351125}', '{241231}', '{"2 Jan 24"}', '{infinity}', '{2024-02-30}'] } },
  { type: 'time[]', accept: ['{10:15}'], reject: { INVALID_INPUT: ['{101530}', '{10:15+02}', '{24:00}', '{"9:05 PM"}'] } },
  {
    type: 'tsrange',
    accept: ['[2024-01-02 10:15,"2024-01-02T10:15:30Z")'],
    reject: { INVALID_INPUT: ['[2024-01-02 10:15+02,)', '["2024-01-02 10:15 PST",)', '[20240102,)', '[2024-01-02 10:15:30.1234567,)'] },
  },
  { type: 'tsrange', leniencies: ['dropZone'], accept: ['[2024-01-02 10:15+02,)'], reject: { INVALID_INPUT: ['[2024-01-02 10:15 PST,)'] } },
  {
    type: 'tstzrange',
    accept: ['[2024-01-02 10:15+02,)', '[2024-01-02,"2024-01-03 10:15:30.5-0330"]', '[1850-01-01 00:00:00+00:53:28,)'],
    reject: { INVALID_INPUT: ['[2024-01-02 10:15 PST,)', '[2024-01-02 10:15 Europe/Berlin,)', '[1692351125,)', '[now,)'] },
  },
  {
    type: 'timetz',
    accept: ['10:15+02', '10:15:30.5Z', '10:15 +05:30', '10:15'],
    reject: { INVALID_INPUT: ['10:15 PST', '101530+02', 'allballs', '2024-01-02 10:15 Europe/Berlin', '9:05 PM+02', 'now'] },
  },
  { type: 'timetz', leniencies: ['specialDates'], accept: ['10:15+02'], reject: { INVALID_INPUT: ['now'] } },
  { type: 'interval', accept: ['1 day 2 hours'], reject: { INVALID_INPUT: ['one day'] } },
  { type: 'bit(3)', accept: ['101'], reject: { INVALID_INPUT: ['1011'] } },
  { type: 'public.citext', accept: ['Any Text'], reject: {} },
  // what only PostgreSQL judges and would round or cut to the size without a word
  { type: 'numeric(4,2)[]', accept: ['{1.20,NULL}', '{{1},{2}}'], reject: { INVALID_INPUT: ['{1.255}', '{100}'] } },
  { type: 'numeric(4,2)[]', leniencies: ['roundNumbers'], accept: ['{1.255}'], reject: {} },
  { type: 'timestamp(0)[]', accept: ['{2024-01-01 00:00:00.0}'], reject: { INVALID_INPUT: ['{2024-01-01 00:00:00.5}'] } },
  { type: 'char(3)[]', accept: ['{abc,a}'], reject: { INVALID_INPUT: ['{abcd}'] } },
  { type: 'timetz(0)', accept: ['10:00:00+02'], reject: { INVALID_INPUT: ['10:00:00.5+02'] } },
  { type: 'interval(0)', accept: ['1:02:03'], reject: { INVALID_INPUT: ['1:02:03.4'] } },
  { type: 'interval day', accept: ['3 days'], reject: { INVALID_INPUT: ['3 days 5 hours'] } },
  { type: 'money', accept: ['12.30', '12.300', '$1,200.50'], reject: { INVALID_INPUT: ['12.345', 'x', '1,50', '1,200', '1.200,50', ' -1,5'] } },
];
