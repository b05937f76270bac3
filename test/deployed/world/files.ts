/** A CSV for public.airports: one row a code, all of them right. */
export function airports(iatas: readonly string[], name = 'Field'): string {
  const rows = iatas.map((iata) => `${iata},${name} ${iata},Waco,TX,USA,31.5,-97.2\n`);
  return `iata,name,city,state,country,latitude,longitude\n${rows.join('')}`;
}

/** At most ten codes that begin with this letter and that no real airport has: a Q and a digit follow. */
export function codes(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${letter}Q${i}`);
}

/** A CSV for public.feeds: `count` rows with the keys from `first` on. */
export function feedRows(first: number, count: number): string {
  return `id,name\n${Array.from({ length: count }, (_, i) => `${first + i},row\n`).join('')}`;
}

/** A CSV for public.orders of about 130 bytes a record, all of them right, with the keys 1 to `count`. */
export function orderRows(count: number): string {
  const row = (id: number): string => `${id},account-${'x'.repeat(80)},,1.00,EUR,2024-07-01T10:00:00Z,paid,\n`;
  const header = 'id,account,email,amount,currency,created_at,status,note\n';
  return header + Array.from({ length: count }, (_, i) => row(i + 1)).join('');
}
