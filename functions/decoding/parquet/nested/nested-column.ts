import { mostCellBytes, writeTextCell } from '../../shared/table-text.ts';
import type { Cells } from '../column-cells.ts';
import { corrupt } from '../faults.ts';
import type { Field } from '../schema.ts';
import { isNull, type JsonText, skip, writeJson } from './json-of.ts';
import type { LeafCursor } from './leaf-cursor.ts';

/** Rows whose values are brought into memory at once: lists may be long. */
const rowsAtOnce = 256;

/** Cells of a list, a map or what has parts: JSON as text. @param leaves all of the row group, by their index; of others null. */
export function nestedColumn(field: Field, leaves: readonly (LeafCursor | null)[]): Cells {
  const all = leaves as readonly LeafCursor[];
  const own = all.slice(field.from, field.until);
  const texts = { text: Buffer.alloc(0), starts: new Int32Array(0), ends: new Int32Array(0) };
  const json: JsonText = { bytes: Buffer.alloc(0), used: 0 };
  return {
    texts,
    // where rows of lists begin stands in their levels alone
    pass: async () => 0,
    async ready() {
      let rows = Infinity;
      for (const leaf of own) rows = Math.min(rows, await leaf.load(rowsAtOnce));
      if (rows <= 0) throw corrupt(0, `column ${field.name} has fewer rows than its row group`);
      return rows;
    },
    fill(rows) {
      if (texts.starts.length < rows) {
        texts.starts = new Int32Array(rows);
        texts.ends = new Int32Array(rows);
      }
      let to = 0;
      for (let row = 0; row < rows; row += 1) {
        texts.starts[row] = to;
        if (isNull(field, all)) {
          skip(field, all);
        } else {
          json.used = 0;
          writeJson(json, field, all);
          const room = to + mostCellBytes(json.used);
          if (room > texts.text.length) {
            const larger = Buffer.allocUnsafeSlow(Math.max(room, texts.text.length * 2));
            texts.text.copy(larger, 0, 0, to);
            texts.text = larger;
          }
          to = writeTextCell(json.bytes, 0, json.used, texts.text, to);
        }
        texts.ends[row] = to;
        for (const leaf of own) {
          if (leaf.repetition > 0) throw corrupt(0, `the levels of column ${field.name} do not fit its schema`);
        }
      }
    },
    async end() {
      for (const leaf of own) await leaf.end();
    },
  };
}
