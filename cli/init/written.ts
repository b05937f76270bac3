/** Longer ones take a line each of what they hold. */
const widest = 110;

/** A dataset as a person writes it: a field a line, short lists and objects on one. */
export function writtenDataset(dataset: Readonly<Record<string, unknown>>): string {
  return `${written(dataset, '', true)}\n`;
}

function written(value: unknown, indent: string, isSpread = false): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const inner = `${indent}  `;
  const parts = Object.entries(value).map(([name, each]) =>
    Array.isArray(value) ? written(each, inner) : `${JSON.stringify(name)}: ${written(each, inner)}`,
  );
  if (parts.length === 0) return Array.isArray(value) ? '[]' : '{}';
  const line = `${open}${parts.join(', ')}${close}`;
  if (!isSpread && !line.includes('\n') && indent.length + line.length <= widest) return line;
  return `${open.trim()}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close.trim()}`;
}
