import { shortText } from '../../cleaning/cleaned-cells.ts';
import { isAnyCleaned } from '../../cleaning/chain.ts';
import type { FileColumn } from '../../core/contract.ts';
import type { LocatedRecord } from '../../core/located-record.ts';
import type { Format } from '../../formats/format.ts';

/** How records are taken apart again that were read again. */
export interface SourceReading {
  readonly format: Pick<Format, 'scanner' | 'writer'>;
  readonly fileColumns: readonly FileColumn[];
}

/**
 * Of each record, as JSON, `{ column: the cell as the file has it }` of the cells that cleaning changed; null where it changed none,
 * or where only a part of the record was read. Records that the typed half holds, so each is sound.
 */
export function sourcesOf(records: readonly LocatedRecord[], reading: SourceReading): readonly (string | null)[] {
  const { format, fileColumns } = reading;
  if (!isAnyCleaned(fileColumns)) return records.map(() => null);
  const { lineEnd: end } = format.writer;
  const whole = records.filter(({ raw, byteLength }) => raw.length === byteLength);
  const bytes = Buffer.concat(whole.flatMap(({ raw }) => [raw, end]));
  const scanner = format.scanner({
    fileColumns,
    maxRecordBytes: bytes.length,
    maxRawBytes: 0,
    startOffset: 0,
    endOffset: bytes.length,
    allRaw: true,
    zoneJumps: [],
  });
  const read = bytes.length === 0 ? [] : [...scanner.push(bytes).raw, ...scanner.end().raw];
  if (read.length !== whole.length) throw new Error(`${whole.length} records were read again as ${read.length}`);
  const changed = new Map(whole.map(({ byteOffset }, i) => [byteOffset, read[i]?.cleaned?.sources ?? []] as const));
  return records.map(({ byteOffset }) => {
    const sources = changed.get(byteOffset) ?? [];
    return sources.length === 0
      ? null
      : JSON.stringify(Object.fromEntries(sources.map(([column, source]) => [column, shortText(source)])));
  });
}
