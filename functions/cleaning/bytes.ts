/** Asks whether none of these bytes is in bytes[start, end); `beyondAscii`: nor any that is no ASCII. Made once, asked of every cell. */
export function hasNone(
  sought: readonly number[],
  beyondAscii = false,
): (bytes: Uint8Array, start: number, end: number) => boolean {
  const isSought = Uint8Array.from({ length: 256 }, (_, byte) =>
    sought.includes(byte) || (beyondAscii && byte >= 0x80) ? 1 : 0,
  );
  return (bytes, start, end) => {
    for (let i = start; i < end; i += 1) if (isSought[bytes[i] as number] === 1) return false;
    return true;
  };
}

/** Whether bytes[start, end) are these, one for one. */
export function areBytes(bytes: Uint8Array, start: number, end: number, sought: Uint8Array): boolean {
  if (end - start !== sought.length) return false;
  for (let i = 0; i < sought.length; i += 1) if (bytes[start + i] !== sought[i]) return false;
  return true;
}
