/** 1234567 as 1,234,567: the same on every machine, whatever its locale. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** "1 row", "2 rows"; "1 batch", "2 batches". */
export function plural(number: number, word: string): string {
  const many = /(?:ch|x)$/u.test(word) ? 'es' : 's';
  return `${count(number)} ${word}${number === 1 ? '' : many}`;
}

/** What one does, or several do: "fits" of 1, "fit" of any other number. */
export function agreeing(number: number, one: string, several: string): string {
  return number === 1 ? one : several;
}
