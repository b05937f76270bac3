import { shellWord } from '../core/typed-again.ts';
import type { DecodingKind, DecodingStep } from './steps.ts';

/** What prints the bytes that a chain makes of a file, typed into a shell; null where no common program does the same. @param file a word of the shell */
export function decodingCommand(steps: readonly DecodingStep[], file: string): string | null {
  const programs = steps
    .filter(isInFront)
    .map(({ kind, argument }, i) => programOf[kind](argument ?? '', i === 0 ? ` < ${file}` : ''));
  if (programs.length === 0) return `cat ${file}`;
  return programs.includes(null) ? null : programs.join(' | ');
}

/** What is left out at the end moves no byte before it. */
function isInFront(step: DecodingStep): step is DecodingStep & { readonly kind: Programmed } {
  return step.kind !== 'trailer';
}

type Programmed = Exclude<DecodingKind, 'trailer'>;

const programOf: Readonly<Record<Programmed, (argument: string, input: string) => string | null>> = {
  gzip: (_, input) => `gunzip${input}`,
  json: () => null,
  'json-seq': () => null,
  parquet: () => null,
  xlsx: () => null,
  zstd: (_, input) => `unzstd -c${input}`,
  // only of a file; [ begins a pattern there
  zip: (name, input) =>
    input === '' ? null : `unzip -p ${input.slice(3)} ${shellWord(name.replaceAll('[', String.raw`\[`))}`,
  // it ends where bytes are no character
  charset: (name, input) =>
    `iconv -f ${shellWord(iconvNames[name] ?? name.replace(/^windows-/, 'CP'))} -t UTF-8${input}`,
};

/** As iconv of the GNU C library calls the same tables. */
const iconvNames: Readonly<Record<string, string>> = {
  shift_jis: 'CP932',
  'euc-kr': 'CP949',
  big5: 'BIG5-HKSCS',
};
