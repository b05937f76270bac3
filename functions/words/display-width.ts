/** Two cells of a terminal: East Asian wide and full-width characters, and emoji that are drawn as such (UAX #11). */
const wide =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}\u3000-\u303e\u30a0-\u30ff\u31f0-\u31ff\uff01-\uff60\uffe0-\uffe6]/u;

/** None: marks upon a letter, joiners, selectors. */
const narrow = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Cells of a terminal that a printable text takes. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** As much of a printable text as fits into so many cells. */
export function cutToWidth(text: string, cells: number): string {
  let width = 0;
  let cut = '';
  for (const character of text) {
    width += widthOf(character);
    if (width > cells) return cut;
    cut += character;
  }
  return cut;
}

function widthOf(character: string): number {
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
