/**
 * The rows of a text as Python's `csv.reader` gives them, which the benchmark reads both files with: commas, quotes written
 * twice, any line end as LF, a quote inside of an unquoted cell as data, what follows a closing quote as part of the cell. A
 * blank line is a row without cells.
 */
export function pythonRows(text: string): readonly (readonly string[])[] {
  const read = text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let state: 'start' | 'cell' | 'quoted' | 'closed' = 'start';
  const endCell = (): void => {
    row.push(cell);
    cell = '';
    state = 'start';
  };
  for (let at = 0; at < read.length; at += 1) {
    const character = read[at] as string;
    if (state === 'quoted') {
      if (character === '"') state = 'closed';
      else cell += character;
    } else if (state === 'closed' && character === '"') {
      cell += character;
      state = 'quoted';
    } else if (character === ',') endCell();
    else if (character === '\n') {
      if (row.length > 0 || state !== 'start') endCell();
      rows.push(row);
      row = [];
    } else if (state === 'start' && character === '"') state = 'quoted';
    else {
      cell += character;
      state = 'cell';
    }
  }
  if (row.length > 0 || state !== 'start') {
    endCell();
    rows.push(row);
  }
  return rows;
}
