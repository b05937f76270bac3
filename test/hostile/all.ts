import type { Kind } from './hostile-file.ts';
import { encodings } from './kinds/charsets.ts';
import { damagedText } from './kinds/damaged-text.ts';
import { delimited } from './kinds/delimited.ts';
import { fixedWidth } from './kinds/fixed-width.ts';
import { jsonDocuments, jsonLines, jsonSequences } from './kinds/json.ts';
import { packedFiles } from './kinds/packed.ts';
import { naughtyStrings, spectrum } from './kinds/public.ts';
import { shapes } from './kinds/shapes.ts';
import { parquetFiles, workbooks } from './kinds/tables.ts';

/** All kinds of hostile files. */
export const kinds: Readonly<Record<string, Kind>> = {
  'delimited text': delimited,
  'damaged text': damagedText,
  shapes,
  'JSON lines': jsonLines,
  'sequences of JSON': jsonSequences,
  'documents of JSON': jsonDocuments,
  'lines of fixed width': fixedWidth,
  encodings,
  'packed files': packedFiles,
  Parquet: parquetFiles,
  workbooks,
  'csv-spectrum': spectrum,
  'naughty strings': naughtyStrings,
};
