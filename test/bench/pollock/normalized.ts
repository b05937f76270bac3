/** As Python's int() and float() take it, underscores between digits included. */
const integer = /^[-+]?\d+(?:_\d+)*$/;
const float = /^[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
/** A date and a time that stand in one cell, without what separates them, are another text than those in two. */
const date = /^\d\d\/\d\d\/\d{4}$/;
const time = /^\d\d:\d\d$/;
const named = /^[-+]?(?:inf|infinity|nan)$/i;

/**
 * A cell as `normalize_cell` of the benchmark compares it: spellings of one number or truth value are the same, and so are
 * capitals and small letters. It also brings dates, times and prices to one spelling; here only those dates and times are known that its
 * polluted files have, and of two spellings of one moment or price, which no loader makes of the other, nothing is known.
 */
export function normalized(cell: string): string {
  if (cell === '' || cell === 'True' || cell === 'true') return cell === '' ? '' : '1';
  if (cell === 'False' || cell === 'false') return '0';
  const text = cell.trim();
  if (integer.test(text)) return ofInteger(cell, BigInt(text.replaceAll('_', '').replace('+', '')));
  if (float.test(text)) return String(Number(text.replaceAll('_', '')));
  if (named.test(text)) return text.toLowerCase().replace('+', '').replace('infinity', 'inf').replace('-nan', 'nan');
  if (date.test(cell)) return `${cell} 00:00:00`;
  if (time.test(cell)) return `${cell}:00`;
  return cell.toLowerCase();
}

/** 0 and 1 are truth values to it: other spellings of them become those of Python's bool. */
function ofInteger(cell: string, value: bigint): string {
  if (value !== 0n && value !== 1n) return String(value);
  if (cell === '0' || cell === '1') return cell;
  return value === 1n ? 'True' : 'False';
}
