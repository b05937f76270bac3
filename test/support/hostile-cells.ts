import type { RejectCode } from '../../functions/protocol/reject-codes.ts';
import type { Leniency } from '../../functions/core/contract.ts';

/** What becomes of cells of one type under one leniency (null: none): the value as PostgreSQL prints it in UTC, or the code. */
export interface HostileCells {
  readonly type: string;
  readonly leniency: Leniency | null;
  readonly values: Readonly<Record<string, string | null>>;
  readonly rejects: Readonly<Partial<Record<RejectCode, readonly string[]>>>;
}

// biome-ignore format: a table reads best a few lines a type
export const hostileCells: readonly HostileCells[] = [
  {
    type: 'date', leniency: 'dateForms',
    values: {
      '2024-12-31': '2024-12-31', '2024/12/31': '2024-12-31', '2024/1/2': '2024-01-02', '2024.1.2': '2024-01-02', '2024-1-2': '2024-01-02',
      '20241231': '2024-12-31', '31 Dec 2024': '2024-12-31', '31-Dec-2024': '2024-12-31', '31/dec/2024': '2024-12-31', 'Dec 31, 2024': '2024-12-31',
      'December 31 2024': '2024-12-31', '2024 Dec 31': '2024-12-31', '2024-Dec-31': '2024-12-31', 'Tue, 31 Dec 2024': '2024-12-31',
      'J2460676': '2024-12-31', '1 may 0024': '0024-05-01',
    },
    rejects: {
      INVALID_DATE: [
        '1692351125', '1692351125123', '169235112', '24', '2024', '202412', '241231', '45657', '1692351125.5', '-20241231',
        '01/02/24', '31/12/24', '24/12/31', '24-12-31', '31.12.24', '25 Dec 24', 'Dec 25 24', "Dec 25, '24", '25-Dec-24', '24 Dec 25',
        '01/02/2024', '12/31/2024', '31/12/2024', '31.12.2024', '01.01.1998', '1.1.1998', '31-12-2024', '01-02-2024', '02.2024', '12/2024',
        'Dec 2024', '31. Dec 2024', '31 Dec', 'Dec', 'Tuesday', 'Mon, 31 Dec 2024', '2024/31/12', '2024/13/1', '2024/2/30', '30 Feb 2024', '2024/1-2', '2024-1/2', '2024  Dec 31',
        '12024-12-31', '0000/1/1', '44-03-15 BC', '0044-03-15 BC', '31 Dec 2024 BC', '2024-W05-3', '2024-366', 'Q1 2024', '2024年1月2日',
        'today', 'infinity', '10:15', '2024/1/2 10:15', 'J24606', 'J24606761', '٢٠٢٤/1/2', '2024/1/2\n',
      ],
    },
  },
  {
    type: 'timestamp', leniency: 'dateForms',
    values: {
      '2024/1/2 9:05': '2024-01-02 09:05:00', '2 Jan 2024 9:05 PM': '2024-01-02 21:05:00', 'Jan 2, 2024 12:00am': '2024-01-02 00:00:00',
      '20240102T101530': '2024-01-02 10:15:30', '20240102T10:15:30.5': '2024-01-02 10:15:30.5', '20240102 10:15': '2024-01-02 10:15:00',
      '2024-01-02 24:00': '2024-01-03 00:00:00', '2 Jan 2024': '2024-01-02 00:00:00', 'Tue, 2 Jan 2024 10:15:30': '2024-01-02 10:15:30',
    },
    rejects: {
      INVALID_TIMESTAMP: [
        '1692351125', '1692351125123', '1692351125.25', '20240102', '20240102101530', '20240102 101530', '2024-01-02 101530', '240102T101530',
        '2 Jan 24 10:15', '1/2/2024 10:15', '24/1/2 10:15', '2.1.2024 10:15', '10:15', 'Jan 2 10:15', '2024-01-02 13:05 PM', '2024-01-02 0:05 PM',
        '2024-01-02 10:15:60', '2024-01-02 24:01', '2024-01-02 10:15 XM', '2024-01-02 25:00', 'Wed, 2 Jan 2024 10:15:30',
      ],
      ZONE_DROPPED: ['2024/1/2 10:15+02'],
    },
  },
  {
    type: 'timestamptz', leniency: 'dateForms',
    values: {
      '2024/1/2 10:15Z': '2024-01-02 10:15:00+00', '2 Jan 2024 10:15 +02:00': '2024-01-02 08:15:00+00', '2024-01-02 10:15 UTC': '2024-01-02 10:15:00+00',
      'Tue, 02 Jan 2024 10:15:30 GMT': '2024-01-02 10:15:30+00', '20240102T101530Z': '2024-01-02 10:15:30+00', '2024/1/2': '2024-01-02 00:00:00+00',
    },
    rejects: {
      INVALID_TIMESTAMP: [
        '1692351125', '1692351125123', '2024-01-02 10:15 PST', '2024-01-02 10:15 IST', '2024-01-02 10:15 Europe/Berlin', '2024-01-02 10:15 EST5EDT',
        '2 Jan 24 10:15', '1/2/2024 10:15+02', '2024-01-02 10:15+16', '20240102', 'now',
      ],
    },
  },
  {
    type: 'time', leniency: 'dateForms',
    values: { '9:05': '09:05:00', '9:05 PM': '21:05:00', '12:00 am': '00:00:00', '24:00:00': '24:00:00' },
    rejects: { INVALID_TIME: ['101530', '1692351125', '13:05 PM', '0:05 am', '10:15:60', '24:00:01', '10h15', '2024-01-02 10:15', '9.05'] },
  },
  {
    type: 'boolean', leniency: null,
    values: { t: 'true', f: 'false', T: 'true', F: 'false', true: 'true', FALSE: 'false' },
    rejects: { INVALID_BOOLEAN: ['tr', 'tru', 'fa', 'of', 'yes', 'no', 'on', '1', '0', 'y', ' t', 'tt', 'ｔ', ''] },
  },
  {
    type: 'boolean', leniency: 'booleanWords',
    values: { on: 'true', OFF: 'false', yes: 'true', no: 'false', Y: 'true', n: 'false', '1': 'true', '0': 'false', t: 'true' },
    rejects: { INVALID_BOOLEAN: ['tr', 'tru', 'fals', 'of', 'ye', '2', '10', '01', '00', '+1', '-1', '1.0', ' 1', 'ok', 'ja', 'null', 'tf', '\u00a0yes'] },
  },
  {
    type: 'integer', leniency: 'numberForms',
    values: { '1_000': '1000', '0x1F': '31', '-0x1f': '-31', '0o17': '15', '0b11': '3', '017': '17', '+7': '7' },
    rejects: {
      INVALID_INTEGER: [
        '1,000', '1.000', '1 000', "1'000", '1__0', '_1', '1_', '0x', '0xG', '0b2', '0o8', '1e3', '1.0', '5.', '--1', '1-', '(1)', '1%', '1k', '½', '٣', '−1', '$1',
      ],
      INTEGER_RANGE: ['0xFFFFFFFFF', '2147483648', '2_147_483_648'],
    },
  },
  {
    type: 'numeric', leniency: 'numberForms',
    values: { '1_000.25': '1000.25', '.5': '0.5', '5.': '5', '-.5': '-0.5', '1e+5': '100000', '0x1F': '31' },
    rejects: { INVALID_NUMBER: ['1,5', '1.000.000', '1,000.50', '1_.5', '1._5', '.', 'e5', '1.5-', 'NaN', 'inf', '12 %', '$1.50'], NUMERIC_OVERFLOW: ['1e200000'] },
  },
  {
    type: 'double precision', leniency: 'numberForms',
    values: { '.5': '0.5', '5.': '5', '0x1F': '31' },
    rejects: { INVALID_NUMBER: ['1_000', '0x1.8p1', '1d5', '1f', '0x', '.', 'NaN'], FLOAT_RANGE: ['1e400', '1e-400'] },
  },
  {
    type: 'numeric', leniency: 'specialNumbers',
    values: { NaN: 'NaN', nan: 'NaN', Infinity: 'Infinity', '-inf': '-Infinity', '+inf': 'Infinity' },
    rejects: { INVALID_NUMBER: ['-NaN', 'nan(1)', 'NaNs', 'infinit', 'NA', 'N/A', 'null', '#NUM!', '1.#INF', '∞', '.5', '1_000'] },
  },
  {
    type: 'double precision', leniency: 'specialNumbers',
    values: { NaN: 'NaN', '-Infinity': '-Infinity', inf: 'Infinity' },
    rejects: { INVALID_NUMBER: ['-NaN', 'nan(1)', 'infi', 'NA', '1.#QNAN'] },
  },
  {
    type: 'numeric(5,2)', leniency: 'roundNumbers',
    values: { '1.239': '1.24', '0.005': '0.01', '-0.005': '-0.01', '1e-7': '0.00', '999.994': '999.99' },
    rejects: { NUMERIC_OVERFLOW: ['999.995', '-999.995', '1e3'], INVALID_NUMBER: ['1,239', '.239', '1_0.239', 'NaN'] },
  },
  { type: 'integer', leniency: 'roundNumbers', values: { '7': '7' }, rejects: { INVALID_INTEGER: ['1.5', '1.0', '1e0'] } },
  {
    type: 'timestamp', leniency: 'roundNumbers',
    values: { '2024-01-02 10:15:30.1234567': '2024-01-02 10:15:30.123457', '2024-12-31 23:59:59.9999999': '2025-01-01 00:00:00' },
    rejects: { INVALID_TIMESTAMP: ['2024-01-02 10:15:30.', '2024-01-02 10:15:61.5'] },
  },
  {
    type: 'date', leniency: 'specialDates',
    values: { epoch: '1970-01-01', infinity: 'infinity', '-infinity': '-infinity', '+Infinity': 'infinity' },
    rejects: {
      INVALID_DATE: [
        'today', 'tomorrow', 'yesterday', 'now', 'inf', 'never', 'max', 'noon', 'epoch BC', '-epoch', '0000-00-00', '00/00/0000', '∞', 'infinity ', 'current_date',
        '2024/1/2', '0', 'yesterday+1',
      ],
    },
  },
  {
    type: 'timestamptz', leniency: 'specialDates',
    values: { epoch: '1970-01-01 00:00:00+00', infinity: 'infinity' },
    rejects: { INVALID_TIMESTAMP: ['now', 'today', 'now()', 'soon', '1692351125', 'CURRENT_TIMESTAMP'] },
  },
  { type: 'time', leniency: 'specialDates', values: { allballs: '00:00:00' }, rejects: { INVALID_TIME: ['now', 'noon', 'midnight'] } },
  {
    type: 'timestamp', leniency: 'dropZone',
    values: {
      '2024-01-02 10:15:30+02': '2024-01-02 10:15:30', '2024-01-02T10:15-0800': '2024-01-02 10:15:00', '2024-01-02 10:15 +05:30': '2024-01-02 10:15:00',
      '2024-01-02 10:15Z': '2024-01-02 10:15:00',
    },
    rejects: {
      INVALID_TIMESTAMP: [
        '2024-01-02 10:15+', '2024-01-02 10:15++02', '2024-01-02 10:15+2', '2024-01-02 10:15+02:', '2024-01-02 10:15+02:75', '2024-01-02 10:15+99', '2024-01-02 10:15 EST',
        '2024-01-02 10:15Z+02', '2024-01-02 10:15−02:00', '2024-01-02+02:00', '10:15+02',
      ],
    },
  },
  { type: 'time', leniency: 'dropZone', values: { '10:15+02': '10:15:00' }, rejects: { INVALID_TIME: ['10:15+99', '10:15+02:75', '10:15 XYZ'] } },
  {
    type: 'varchar(3)', leniency: 'truncateText',
    values: { 'abc   ': 'abc', 'äöü ': 'äöü', ' ab ': ' ab', '': '' },
    rejects: { TOO_LONG: ['abcd', 'abcd  ', '    a', 'abc\t', 'abc\u00a0', 'abc d ', '\tabc'] },
  },
  {
    type: 'integer', leniency: 'quotedEmptyIsNull',
    values: { '': null, '7': '7' },
    rejects: { INVALID_INTEGER: [' ', 'NULL', 'null', '\\N', 'NA', 'N/A', '-', 'None', "''", '\u00a0'] },
  },
  { type: 'date', leniency: 'quotedEmptyIsNull', values: { '': null }, rejects: { INVALID_DATE: ['0000-00-00', 'NULL', ' ', '-'] } },
  { type: 'text', leniency: 'quotedEmptyIsNull', values: { '': '', NULL: 'NULL', ' ': ' ' }, rejects: {} },
  {
    type: 'integer', leniency: 'trimBlanks',
    values: { ' 7 ': '7', '\t7': '7', '\u00a07\u00a0': '7', '\u20037': '7', '7\u3000': '7', '\u202f7\u2009 ': '7' },
    rejects: { INVALID_INTEGER: ['1 000', '1\u00a0000', '- 7', ' 0x1F ', ' 1_000', ' 7.0', '7\u200b', '\ufeff7', '7\n', ' ', '\u00a0'] },
  },
  {
    type: 'text', leniency: 'trimBlanks',
    values: { ' A-1': 'A-1', 'A-1\u00a0': 'A-1', '\u3000A-1 \t': 'A-1', 'A  1': 'A  1', ' ': '', '': '', 'A-1\n': 'A-1\n', 'A-1\u200b': 'A-1\u200b' },
    rejects: {},
  },
  { type: 'varchar(3)', leniency: 'trimBlanks', values: { ' abc ': 'abc', 'abc\u00a0': 'abc' }, rejects: { TOO_LONG: [' abcd ', 'abc\u200b'] } },
  {
    type: 'date', leniency: 'trimBlanks',
    values: { '\u00a02024-01-02 ': '2024-01-02' },
    rejects: { INVALID_DATE: [' 2024-02-30 ', ' today', '2024 -01-02'] },
  },
  {
    type: 'integer', leniency: null,
    values: { '+7': '7', '007': '7' },
    rejects: { INVALID_INTEGER: [' 7', '7 ', '\u00a07', '7\u200b', '\ufeff7', '1_000', '0x1F', '7.0', '7e0', '1,000', '−7', '７', 't', 'NaN'] },
  },
];
