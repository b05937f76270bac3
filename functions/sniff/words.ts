import type { DelimitedFormat } from '../core/format/file-format.ts';
import { shellWord } from '../core/typed-again.ts';

const flags = {
  delimiter: '--delimiter',
  recordEnd: '--record-end',
  quote: '--quote',
  escape: '--escape',
  skipRows: '--skip-rows',
} as const satisfies Partial<Record<keyof DelimitedFormat, string>>;

/** Fields that a sniffed format may differ in, by the option of load that says the same. */
export const sniffedFields = Object.keys(flags) as readonly (keyof typeof flags)[];

/** All that a format says, but what nobody has to: a quote as RFC 4180 has it. */
export function saidFields(format: DelimitedFormat): readonly string[] {
  return sniffedFields.filter((field) => format[field] !== undefined && !(field === 'quote' && format.quote === '"'));
}

/** Options of load that declare what was found, to be typed: `--delimiter ';' --skip-rows 2`. */
export function optionsSaying(format: DelimitedFormat, fields: readonly string[]): string {
  return sniffedFields
    .filter((field) => fields.includes(field) && format[field] !== undefined)
    .map((field) => `${flags[field]} ${shellWord(typed(field, String(format[field])))}`)
    .join(' ');
}

/** As the option takes it; of a record end control characters and backslashes with a backslash. */
function typed(field: keyof typeof flags, value: string): string {
  if (field === 'delimiter' && value === '\t') return 'tab';
  if (field !== 'recordEnd') return value;
  const named: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\\': '\\' };
  return value.replaceAll(/[\0-\x1f\\\x7f]/g, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    return `\\${named[character] ?? `x${hex}`}`;
  });
}

/** The same as fields of a dataset: `delimiter: ";", skipRows: 2`. */
export function fieldsSaying(format: DelimitedFormat, fields: readonly string[]): string {
  return sniffedFields
    .filter((field) => fields.includes(field) && format[field] !== undefined)
    .map((field) => `${field}: ${JSON.stringify(format[field])}`)
    .join(', ');
}
