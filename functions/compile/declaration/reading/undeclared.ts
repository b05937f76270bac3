import type { Reading } from './reading-fields.ts';

/** What of a dataset an object can tell by itself. */
export type SniffableField = 'delimiter' | 'quote' | 'skipRows';

interface Declared extends Reading {
  readonly format: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: string;
}

/** Of those, what a dataset leaves open: a tab is declared by the format's name. */
export function undeclaredFields({
  format,
  delimiter,
  quote,
  escape,
  skipRows,
  header,
}: Declared): readonly SniffableField[] {
  if (format !== 'csv' && format !== 'tsv') return [];
  return [
    ...(delimiter === undefined && format === 'csv' ? (['delimiter'] as const) : []),
    ...(quote === undefined && escape === undefined ? (['quote'] as const) : []),
    // the header is what lines before it are told by
    ...(skipRows === undefined && header === undefined ? (['skipRows'] as const) : []),
  ];
}
