/** Digits that any double precision gives back as they were (IEEE 754: DBL_DIG). */
const safeDigits = 15;

/** Whether a number, plain or with an exponent, is a double precision to the last digit. */
export function isExactDouble(cell: Buffer): boolean {
  if (cell.length <= safeDigits) return true;
  const text = cell.toString('latin1');
  return sameNumber(text, String(Number(text)));
}

/** Whether two decimal texts are one number. */
function sameNumber(one: string, other: string): boolean {
  const [a, b] = [scientific(one), scientific(other)];
  return a !== null && b !== null && a.digits === b.digits && a.exponent === b.exponent && a.sign === b.sign;
}

/** digits x 10^exponent, the digits without zeros around them. */
function scientific(
  text: string,
): { readonly sign: string; readonly digits: string; readonly exponent: number } | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (whole === '') return null;
  const written = `${whole}${fraction}`;
  const digits = withoutZerosAround(written);
  if (digits.text === '') return { sign: '', digits: '', exponent: 0 };
  return { sign, digits: digits.text, exponent: Number(exponent) - fraction.length + digits.behind };
}

function withoutZerosAround(digits: string): { readonly text: string; readonly behind: number } {
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return { text: digits.slice(start, end), behind: digits.length - end };
}
