import type { Kind } from './hostile-file.ts';
import { damagedText } from './kinds/damaged-text.ts';
import { delimited } from './kinds/delimited.ts';
import { jsonDocuments, jsonLines } from './kinds/json.ts';
import { naughtyStrings, spectrum } from './kinds/public.ts';

/** All kinds of hostile files. */
export const kinds: Readonly<Record<string, Kind>> = {
  'delimited text': delimited,
  'damaged text': damagedText,
  'JSON lines': jsonLines,
  'documents of JSON': jsonDocuments,
  'csv-spectrum': spectrum,
  'naughty strings': naughtyStrings,
};
