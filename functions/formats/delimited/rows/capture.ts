import type { FileColumn } from '../../../core/contract.ts';
import type { TypedChunks } from '../../shared/typed-chunks.ts';
import { copyDelimiter } from '../bytes.ts';
import { copyMarks, escaped } from '../cells.ts';
import type { CellGrammar } from '../grammar.ts';

/** Columns of the file whose cells are captured: their positions, and their names as JSON. */
export type Captured = readonly { readonly position: number; readonly key: string }[];

/** Null where no cell is captured. */
export function capturedOf(fileColumns: readonly FileColumn[]): Captured | null {
  const captured = fileColumns.flatMap(({ header, captured: isCaptured }, position) =>
    isCaptured === true ? [{ position, key: JSON.stringify(header) }] : [],
  );
  return captured.length === 0 ? null : captured;
}

/** The captured cells of a sound record as one JSON object; a NULL is null. */
export function capturedObject(captured: Captured, cells: readonly (Buffer | null)[]): string {
  const members = captured.map(({ position, key }) => {
    const cell = cells[position] ?? null;
    return `${key}:${cell === null ? 'null' : JSON.stringify(cell.toString('utf8'))}`;
  });
  return `{${members.join(',')}}`;
}

/** Puts the object behind the record that was appended last, as one more cell of it. */
export function appendCaptured(chunks: TypedChunks, object: string, grammar: CellGrammar): void {
  const marks = copyMarks(grammar);
  const quote = String.fromCharCode(marks.quote);
  const cell = Buffer.from(`${quote}${escaped(object, marks)}${quote}`);
  const used = chunks.used + cell.length + 1;
  if (used > chunks.chunk.length) {
    const wider = Buffer.allocUnsafeSlow(used);
    chunks.chunk.copy(wider, 0, 0, chunks.used);
    chunks.chunk = wider;
  }
  const { chunk } = chunks;
  chunk[chunks.used - 1] = copyDelimiter(grammar);
  cell.copy(chunk, chunks.used);
  chunk[used - 1] = 0x0a;
  chunks.used = used;
}
