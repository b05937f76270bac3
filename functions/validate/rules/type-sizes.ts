/** `numeric(4,2)[]` is `numeric[]`, `interval day to second(0)` is `interval`; a bare `character` would be one of length 1. */
export function withoutSize(type: string): string {
  if (/^interval\b/.test(type)) return type.endsWith('[]') ? 'interval[]' : 'interval';
  if (!/^(?:numeric|time|timestamp|character)\b/.test(type)) return type;
  return type.replace(/\(\d+(?:,-?\d+)?\)/, '').replace(/^character(?=\[|$)/, 'bpchar');
}
