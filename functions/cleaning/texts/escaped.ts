/** The parts between separators that have no backslash before them; the backslashes stay. */
export function escapedSplit(text: string, separator: string): readonly string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === separator) {
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += char;
    if (char === '\\' && i + 1 < text.length) {
      i += 1;
      parts[parts.length - 1] += text.charAt(i);
    }
  }
  return parts;
}

/** What an escaped text means: a backslash before `;`, `=`, `/`, `,` or a backslash is none; before anything else it is itself. */
export function unescaped(text: string): string {
  return text.replaceAll(/\\([;=/,\\])/g, '$1');
}
