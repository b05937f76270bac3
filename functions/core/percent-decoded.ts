/** What percent signs stand for; a text that is not encoded (a lone %) stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
