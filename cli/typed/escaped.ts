/** The parts of a text between separators (one character); a separator behind a backslash belongs to its part, all other backslashes stay. */
export function splitUnescaped(text: string, separator: string): readonly string[] {
  const parts: string[] = [''];
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i] ?? '';
    const isEscaped = sign === '\\' && text[i + 1] === separator;
    if (sign === separator) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${isEscaped ? separator : sign}`);
    if (isEscaped) i += 1;
  }
  return parts;
}
