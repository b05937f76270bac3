/** What is expected, between tokens: blanks may stand before it. */
export const VALUE = 0;
export const VALUE_OR_CLOSE = 1;
export const KEY = 2;
export const KEY_OR_CLOSE = 3;
export const AFTER_KEY = 4;
export const AFTER_VALUE = 5;
/** What is read, inside of a token. */
export const STRING = 6;
export const ESCAPE = 7;
export const HEX = 8;
export const WORD = 9;
export const MINUS = 10;
export const ZERO = 11;
export const INTEGER = 12;
export const POINT = 13;
export const FRACTION = 14;
export const EXPONENT = 15;
export const SIGN = 16;
export const POWER = 17;

/** In words, by what is expected. */
export const expected: readonly string[] = [
  'a value',
  "a value or ']'",
  'a key in double quotes',
  "a key in double quotes or '}'",
  "':' after a key",
  '',
  'the closing quote of a string (control characters in it are escaped)',
  'one of "\\/bfnrtu after a \\',
  'four hexadecimal digits after \\u',
  'true, false or null',
  'a digit',
  'no digit after a leading 0',
  '',
  'a digit after the decimal point',
  '',
  'a digit of the exponent',
  'a digit of the exponent',
];
