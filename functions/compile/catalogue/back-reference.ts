/**
 * Whether a pattern refers back to what a group matched, as `(a*)\1` does: PostgreSQL then tries every way to share out the
 * text, which doubles with each letter. All other patterns it reads in one go. In brackets a backslash is an escape of one
 * character; `***=` before it makes the rest a text.
 */
export function hasBackReference(pattern: string): boolean {
  if (pattern.startsWith('***=')) return false;
  for (let i = 0; i < pattern.length; i += 1) {
    if (pattern[i] === '[') i = bracketEnd(pattern, i);
    else if (pattern[i] === '\\') {
      i += 1;
      if (/^[1-9]$/u.test(pattern[i] ?? '')) return true;
    }
  }
  return false;
}

/** Index of the bracket that closes the one at `start`: one that comes first, or closes `[:alpha:]` inside, does not. */
function bracketEnd(pattern: string, start: number): number {
  let i = start + (pattern[start + 1] === '^' ? 2 : 1);
  if (pattern[i] === ']') i += 1;
  while (i < pattern.length && pattern[i] !== ']') {
    const sign = pattern[i + 1] ?? '';
    if (pattern[i] === '\\') i += 2;
    else if (pattern[i] === '[' && [':', '.', '='].includes(sign)) {
      const end = pattern.indexOf(`${sign}]`, i + 2);
      i = end === -1 ? pattern.length : end + 2;
    } else i += 1;
  }
  return i;
}
