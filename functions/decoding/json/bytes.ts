/** A table of 256 with 1 for each of the bytes. */
function tableOf(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));
}

/** 1 with which a value may begin. */
export const beginsValue = tableOf((byte) => '"{[-0123456789tfn'.includes(String.fromCharCode(byte)));

/** 1 with which an escape goes on, but for u. */
export const isEscape = tableOf((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

/** 1 of hexadecimal digits. */
export const isHex = tableOf((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));

/** 1 of decimal digits. */
export const isDigit = tableOf((byte) => byte >= 0x30 && byte <= 0x39);
