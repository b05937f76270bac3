/** What may stand before a cell, or around it, in whatever a spreadsheet reads: blanks, controls, marks, separators, quotes. */
const opening = String.raw`\s\p{Z}\p{C};,|"'`;
/** With which a formula begins; the wide forms are what spreadsheets with a Japanese or Chinese keyboard take for the same. */
const formula = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';
/** A run of what may open a cell, one sign of a formula, or a run of anything else: each character is in one of them. */
const pieces = new RegExp(`[${opening}]+|[${formula}]|[^${opening}${formula}]+`, 'gu');
const beginsCell = /[;,|\t\r\n]/;
const isOpening = new RegExp(`^[${opening}]`, 'u');
const isFormula = new RegExp(`^[${formula}]`, 'u');
const plainNumber = /^[+-]?\d+(\.\d+)?$/;
/** A tab or line end at the very beginning is cut off by some, and what is behind it begins the cell. */
const cutOff = /^'*[\t\r\n]/;

/**
 * A text that no spreadsheet takes for a formula, whichever of ; , | and tab it takes for a separator: an apostrophe stands
 * before each sign of a formula (= + - @ and their wide forms) that begins the text, or follows a separator or line end in
 * it; blanks, quotes and apostrophes between them do not help. One more stands in front of a text that begins with a tab or
 * line end. A plain number stays as it is. withoutGuard() gives back every text. Source: OWASP, "CSV Injection".
 */
export function guarded(text: string): string {
  if (plainNumber.test(text)) return text;
  const safe = atCellBegins(text, (before, sign) => `${before}'${sign}`);
  return cutOff.test(safe) ? `'${safe}` : safe;
}

/** What guarded() was given. */
export function withoutGuard(text: string): string {
  const safe = text.startsWith(`'`) && cutOff.test(text.slice(1)) ? text.slice(1) : text;
  return atCellBegins(safe, (before, sign) => `${before.endsWith(`'`) ? before.slice(0, -1) : before}${sign}`);
}

/** The text with `change` made to each sign of a formula that may begin a cell, and what opens the cell before it; linear. */
function atCellBegins(text: string, change: (before: string, sign: string) => string): string {
  const changed: string[] = [];
  let mayBegin = true;
  let before = '';
  for (const [piece] of text.matchAll(pieces)) {
    if (isOpening.test(piece)) {
      mayBegin ||= beginsCell.test(piece);
      before = piece;
      continue;
    }
    changed.push(mayBegin && isFormula.test(piece) ? change(before, piece) : `${before}${piece}`);
    mayBegin = false;
    before = '';
  }
  return changed.join('') + before;
}
