/** A text's JSON; null where it is none, without the error of JSON.parse, which quotes the text. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
