import fc from 'fast-check';
import type { PlainForm } from '../../../functions/core/contract.ts';
import type { ScannedForm } from '../../../functions/formats/shared/plain-forms.ts';

const date = /^(\d{4}|20\d\d|0000)-(0[0-9]|1[0-3])-(0[0-9]|[12]\d|3[0-2])$/;
const time = /^([01]\d|2[0-4]):[0-6]\d:[0-6]\d(\.\d{0,7})?$/;
const moment = /^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/;
const zone = /^(Z|[+-]\d\d(:\d\d)?|[+-](0\d|1[0-6])(:[0-6]\d)?|[+-]00(:00)?)?$/;

/** Cells of about the right look: many are plain, many are just not. */
const shapes: Readonly<Record<ScannedForm, readonly RegExp[]>> = {
  text: [/^.{0,5}$/],
  int2: [/^-?\d{1,5}$/, /^-?0\d{0,4}$/],
  int4: [/^-?\d{1,10}$/, /^-?9{8,10}$/],
  int8: [/^-?\d{1,19}$/, /^-?9{17,19}$/],
  numeric: [/^-?\d{1,40}(\.\d{0,40})?$/, /^-?\d{990,1005}$/, /^-?0{0,3}\.?\d{0,3}$/],
  float8: [/^-?\d{1,10}(\.\d{1,10})?([eE][+-]?\d{0,3})?$/, /^-?\d{195,202}[eE]99$/, /^0\.0{190,200}\d{1,3}e-99$/],
  boolean: [/^[tT][rR][uU][eE]$/, /^[fF][aA][lL][sS][eE]$/, /^[tTfF]$/, /^(t|f|yes|no|on|off|1|0|tru|truer)$/],
  date: [date],
  time: [time],
  timestamp: [moment],
  timestamptz: [moment],
  'offset moment': [moment],
  uuid: [/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, /^[0-9a-f]{32}$/],
};

/** What PostgreSQL takes out of leniency, or means something else by. */
const lenient = [
  ...[
    ' 7 ',
    '1_000',
    '0x1F',
    '0b1',
    '+1',
    '.5',
    '5.',
    '1e400',
    'NaN',
    'Infinity',
    '-inf',
    '1e5',
    '--1',
    '-',
    '.',
    'e1',
  ],
  ...[
    'today',
    'now',
    'epoch',
    'infinity',
    'J2451187',
    '01/02/2024',
    '20240102',
    '2024-1-2',
    '24:00:00',
    '12:34',
    '1234-01-01 BC',
  ],
  ...[
    '2024-02-30',
    '1900-02-29',
    '2000-02-29',
    '2024-01-01 24:00:00',
    '2024-01-01T00:00:00z',
    '2024-01-01  00:00:00',
    '0000-01-01',
  ],
  ...['{00000000-0000-0000-0000-000000000000}', '２', '١', 'true ', 't', '1', ''],
];

/** Non-empty cells for a form, a third of them with one character added, lost or changed. */
export function cellsNear(form: ScannedForm): fc.Arbitrary<string> {
  const shaped = fc.oneof(...shapes[form].map((shape) => fc.stringMatching(shape)));
  const zoned = fc.tuple(shaped, fc.stringMatching(zone)).map(([at, offset]) => at + offset);
  const looksRight = form.startsWith('timestamp') || form === 'offset moment' ? zoned : shaped;
  const edit = fc.tuple(
    fc.nat(40),
    fc.constantFrom(0, 1),
    fc.constantFrom('', ...'0159-+.:eETZ tf_,"\u0665'.split('')),
  );
  const edited = fc
    .tuple(looksRight, edit)
    .map(([cell, [at, lost, added]]) => cell.slice(0, at) + added + cell.slice(at + lost));
  return fc
    .oneof(
      { weight: 6, arbitrary: looksRight },
      { weight: 3, arbitrary: edited },
      { weight: 1, arbitrary: fc.constantFrom(...lenient) },
    )
    .filter((cell) => cell !== '');
}

/** Those that are types too. */
export const typedForms = Object.keys(shapes).filter(
  (form) => form !== 'text' && form !== 'offset moment',
) as PlainForm[];
