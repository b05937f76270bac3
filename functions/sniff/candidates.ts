import type { DelimitedFormat } from '../core/format/file-format.ts';
import type { SniffableField } from '../compile/declaration/reading/undeclared.ts';

/** Bytes that people put between cells, the likeliest first (Pollock and CSV-Wrangling have no others). */
const usualDelimiters = [',', ';', '\t', '|', ':', '^', '~'] as const;

/** A way in which an object may have been written. */
export interface Candidate {
  readonly format: DelimitedFormat;
  /** How far it is from what is read where nothing is said: 0 is just that. */
  readonly rank: number;
}

/** What is declared, and read where nothing is said. */
export function usualOf(declared: DelimitedFormat): Candidate {
  return { format: declared, rank: 0 };
}

/** The formats that may be meant where some fields are not declared, but for the usual one. @param text the sample */
export function othersThan(
  declared: DelimitedFormat,
  undeclared: readonly SniffableField[],
  { text, separators }: { readonly text: string; readonly separators: readonly string[] },
): readonly Candidate[] {
  const delimiters = undeclared.includes('delimiter')
    ? [...new Set([declared.delimiter, ...usualDelimiters, ...separators, ...withBlank(text)])]
    : [declared.delimiter];
  const quotings = undeclared.includes('quote') ? quotingsIn(text) : [{}];
  const { recordEnd } = declared;
  return delimiters
    .filter((delimiter) => recordEnd === undefined || !delimiter.includes(recordEnd))
    .flatMap((delimiter, i) =>
      quotings.map((quoting, j) => ({ format: { ...declared, delimiter, ...quoting }, rank: i * quotings.length + j })),
    )
    .slice(1);
}

/** A delimiter behind which a blank stands before a quote, which is none otherwise. */
function withBlank(text: string): readonly string[] {
  return usualDelimiters.map((delimiter) => `${delimiter} `).filter((delimiter) => text.includes(`${delimiter}"`));
}

type Quoting = Partial<Pick<DelimitedFormat, 'quote' | 'escape'>>;

/**
 * As where nothing is said; quotes for certain, which is another thing between tabs; apostrophes where the sample has one that
 * may open a cell; backslashes where one stands before a quote. No quotes at all is no candidate: a quote that never closes
 * would be loaded as data.
 */
function quotingsIn(text: string): readonly Quoting[] {
  const quotes = /(?:^|[^\p{L}\p{N}])'/u.test(text) ? ['"', "'"] : ['"'];
  const escaped = quotes.filter((quote) => text.includes(`\\${quote}`)).map((quote) => ({ quote, escape: '\\' }));
  return [{}, ...quotes.map((quote) => ({ quote })), ...escaped];
}
