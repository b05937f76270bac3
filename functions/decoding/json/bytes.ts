/** The bytes that mean something to JSON (RFC 8259). */
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const BLANK = 0x20;

/** A table of 256 with 1 for each of the bytes. */
function tableOf(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));
}

/** 1 where something happens inside a string: its quote, an escape, a control character, which may not stand there. */
export const insideString = tableOf((byte) => byte < 0x20 || byte === QUOTE || byte === BACKSLASH);

/** 1 with which a value may begin. */
export const beginsValue = tableOf((byte) => '"{[-0123456789tfn'.includes(String.fromCharCode(byte)));

/** 1 with which an escape goes on, but for u. */
export const isEscape = tableOf((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

/** 1 of hexadecimal digits. */
export const isHex = tableOf((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));

/** 1 of decimal digits. */
export const isDigit = tableOf((byte) => byte >= 0x30 && byte <= 0x39);
