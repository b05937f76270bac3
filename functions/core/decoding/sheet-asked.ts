/** What of a workbook is read, and how: the argument of its step of decoding. */
export interface SheetAsked {
  /** By its name; absent: the first that is seen. */
  readonly sheet?: string;
  /** Rows of the sheet that are read over, whatever they hold; absent: none. */
  readonly skipRows?: number;
  /** Rows that make up the header; absent: one. */
  readonly headerRows?: number;
  /** Of a sheet without a header: how many columns it has. */
  readonly columns?: number;
  /** Numbers as their cells show them; absent: as they are stored. */
  readonly displayed?: true;
}

/** As one text: the name alone, as long as there is nothing else to say, else as JSON. */
export function writtenAsked(asked: SheetAsked): string | undefined {
  const { sheet, ...rest } = asked;
  const isPlain = Object.keys(rest).length === 0 && sheet?.startsWith('{') !== true;
  return isPlain ? sheet : JSON.stringify(asked);
}

/** Reads what writtenAsked wrote. */
export function readAsked(written: string | undefined): SheetAsked {
  if (written === undefined) return {};
  return written.startsWith('{') ? (JSON.parse(written) as SheetAsked) : { sheet: written };
}
