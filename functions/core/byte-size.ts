const units: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** `20MB`, with the units of PostgreSQL's settings (powers of 1024, case as there or all lower), or a plain number; null where it is neither, or below 1. */
export function parseByteSize(text: string): number | null {
  const [, digits, unit = 'B'] = /^(\d+(?:\.\d+)?) ?([a-zA-Z]+)?$/.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const [, factor] = Object.entries(units).find(([name]) => name.toLowerCase() === unit.toLowerCase()) ?? [];
  if (factor === undefined) return null;
  const bytes = Math.round(Number(digits) * factor);
  return Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : null;
}

/** The same for a person, three digits: 20 MB, 1.5 GB. A limit is shown as it was typed. */
export function showByteSize(bytes: number): string {
  const [unit, factor] = Object.entries(units).findLast(([, size]) => bytes >= size) ?? ['B', 1];
  return `${Number((bytes / factor).toPrecision(bytes / factor < 1000 ? 3 : 4))} ${unit === 'B' ? 'bytes' : unit}`;
}
