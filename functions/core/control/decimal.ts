/** A decimal number as text, with a sign and a fraction where it has them: no exponent, no blanks. */
export const decimalText = /^[+-]?\d+(?:\.\d+)?$/u;

/** Whether two decimal texts are one number: 1.50 is 1.5, and -0 is 0. Exact, whatever their length. */
export function sameDecimal(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(text: string): string {
  if (!decimalText.test(text)) return text;
  const [whole = '', fraction = ''] = text.replace(/^[+-]/u, '').split('.');
  const digits = [whole.replace(/^0+/u, '') || '0', withoutTrailingZeros(fraction)]
    .filter((part) => part !== '')
    .join('.');
  return text.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
}

function withoutTrailingZeros(fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction[end - 1] === '0') end -= 1;
  return fraction.slice(0, end);
}
