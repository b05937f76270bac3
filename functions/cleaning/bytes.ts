/** Whether one of these bytes is in bytes[start, end). */
export function hasByte(bytes: Uint8Array, start: number, end: number, ...sought: readonly number[]): boolean {
  for (let i = start; i < end; i += 1) if (sought.includes(bytes[i] as number)) return true;
  return false;
}

/** Whether a byte of bytes[start, end) is no ASCII. */
export function isBeyondAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if ((bytes[i] as number) >= 0x80) return true;
  return false;
}

/** Whether bytes[start, end) are these, one for one. */
export function areBytes(bytes: Uint8Array, start: number, end: number, sought: Uint8Array): boolean {
  if (end - start !== sought.length) return false;
  for (let i = 0; i < sought.length; i += 1) if (bytes[start + i] !== sought[i]) return false;
  return true;
}
