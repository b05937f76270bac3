/**
 * Whether a text is as the pattern says: `*` is any text, `?` any character. By going back to the last star only: the time is at most that
 * of both lengths multiplied.
 */
export function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let sign = 0;
  let star = -1;
  let from = 0;
  while (at < text.length) {
    if (pattern[sign] === '*') {
      star = sign;
      from = at;
      sign += 1;
    } else if (sign < pattern.length && (pattern[sign] === '?' || pattern[sign] === text[at])) {
      sign += 1;
      at += 1;
    } else if (star !== -1) {
      from += 1;
      at = from;
      sign = star + 1;
    } else return false;
  }
  while (pattern[sign] === '*') sign += 1;
  return sign === pattern.length;
}
