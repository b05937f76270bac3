import { printableLines } from '../core/printable.ts';

/** Text that is HTML already: what `html` made. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand between the pieces of a template. */
export type Piece = Html | string | number | null | readonly Html[];

/**
 * A template of HTML: a text in it is escaped, in elements and in quoted attributes alike, and what a terminal or a browser would obey
 * (controls, signs that turn the direction of text) is spelt out. Only what another `html` made stands as it is; null is nothing.
 */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(texts.map((text, i) => text + (i < pieces.length ? shown(pieces[i] ?? null) : '')).join(''));
}

const nothing = new Html('');

/** One after another. */
export function joined(parts: readonly Html[]): Html {
  return parts.length === 0 ? nothing : new Html(parts.map(({ text }) => text).join(''));
}

function shown(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return joined(piece).text;
  return escaped(String(piece));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return printableLines(text).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
