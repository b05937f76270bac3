import type { Contract } from '../../../core/contract.ts';
import { keysOfPath, pointerOf } from '../../../core/format/json-path.ts';
import type { DelimitedFormat } from '../../../core/format/file-format.ts';
import type { Dataset } from '../schema.ts';

/** How a dataset's files are read, as its contract has it; what is the default is not in it, so that its hash stays. */
export function declaredFormat(dataset: Dataset): Contract['format'] {
  const { format, delimiter, recordEnd, quote, escape, comment, null: nulls, skipRows = 0 } = dataset;
  const { header, headerRows = 1, headerJoin: join = ' ', trailerRows = 0, jsonPath = '', sheet } = dataset;
  if (format === 'parquet') return { kind: format };
  const behind = {
    ...(trailerRows > 0 && { trailerRows }),
    ...(dataset.trailerTotals !== undefined && { trailerTotals: dataset.trailerTotals }),
  };
  if (format === 'ndjson' || format === 'json-seq') return { kind: format, ...behind };
  if (format === 'xlsx') {
    return {
      kind: format,
      ...(sheet !== undefined && { sheet }),
      ...(skipRows > 0 && { skipRows }),
      ...(header !== undefined && { header }),
      ...(headerRows > 1 && { headerRows: { rows: headerRows, join } }),
      ...(dataset.cells === 'displayed' && { cells: dataset.cells }),
    };
  }
  if (format === 'json') {
    const path = pointerOf(keysOfPath(jsonPath) ?? []);
    return { kind: format, ...(path !== '' && { path }) };
  }
  if (format === 'fixed') {
    const words = nulls === undefined || nulls.length === 0 ? {} : { nulls: [...new Set(nulls)].toSorted() };
    const pads = dataset.shortRows === 'pad' ? { padsShort: true as const } : {};
    const end = recordEnd === undefined ? {} : { recordEnd };
    const before = skipRows > 0 ? { skipRows } : {};
    return { kind: format, columns: dataset.fixed ?? [], ...end, ...words, ...before, ...behind, ...pads };
  }
  return {
    kind: format,
    delimiter,
    ...(recordEnd !== undefined && { recordEnd }),
    ...(quote !== undefined && { quote }),
    ...(escape !== undefined && escape !== (quote ?? '"') && { escape }),
    ...(comment !== undefined && { comment }),
    ...(nulls !== undefined && { nulls: [...new Set(nulls)].toSorted() }),
    ...(skipRows > 0 && { skipRows }),
    ...behind,
    ...declaredRows(dataset),
    ...(header !== undefined && { header }),
    ...(headerRows > 1 && { headerRows: { rows: headerRows, join } }),
  };
}

function declaredRows(dataset: Dataset): Pick<DelimitedFormat, 'rows'> {
  const { blankRows: blank = 'skip', shortRows, longRows, repeatedHeaders } = dataset;
  const rows = {
    ...(blank !== 'skip' && { blank }),
    ...(shortRows === 'pad' && { padsShort: true as const }),
    ...(longRows === 'cut' && { cutsLong: true as const }),
    ...(repeatedHeaders === 'skip' && { skipsHeaders: true as const }),
  };
  return Object.keys(rows).length === 0 ? {} : { rows };
}
