/** Longer cells are prose. */
const mostCharacters = 200;

const words = new Set(['n/a', 'na', 'null', 'nan', 'none', '-', '\\n', 'true', 'false', 'yes', 'no']);
const patterns: readonly RegExp[] = [
  // numbers with groups, either decimal mark, a currency, a per cent sign
  /^[-+]?[$£€¥]?\s?\d{0,20}(?:[,. ]\d{3}){0,8}(?:[.,]\d{1,40})?(?:[eE][-+]?\d{1,4})?\s?[%€$]?$/,
  // dates, with a time or not
  /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[AaPp][Mm]|[-+]\d{2}:?\d{2})?)?$/,
  /^\d{1,2}[- ][A-Za-z]{3,9}[-, ]{1,2}\d{2,4}$/,
  /^[A-Za-z]{3,9} \d{1,2},? \d{4}$/,
  /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:[AaPp][Mm])?$/,
  // addresses of pages and people
  /^(?:https?|ftp):\/\/\S+$/i,
  /^[\w.+-]+@[\w.-]+$/,
  /^www\.\S+$/i,
  // an identifier, and words
  /^[\w.-]+$/,
  /^[#@]?[\p{L}\p{N}_][\p{L}\p{N}_\s\-.'’&()/+:%!?°@*]*$/u,
];

/** Whether an unquoted cell looks like what tables hold: nothing, a number, a moment, an address, a name. A wrong delimiter leaves cells that do not. */
export function isKnownCell(text: string): boolean {
  const cell = text.trim();
  if (cell === '' || words.has(cell.toLowerCase())) return true;
  if (cell.length > mostCharacters) return false;
  if (patterns.some((pattern) => pattern.test(cell))) return true;
  return (cell.startsWith('{') && cell.endsWith('}')) || (cell.startsWith('[') && cell.endsWith(']'));
}
