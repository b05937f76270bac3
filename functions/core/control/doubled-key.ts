/** A text, or a sign that opens, closes or ends something; what stands between them decides nothing. A text that never closes is taken to its end. */
const token = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|[{}[\]:]/g;

/** A key that an object of this JSON has twice, of which JSON.parse keeps the last without a word; null: none. The text is JSON. */
export function doubledKey(json: string): string | null {
  // of each object that is open the keys that it had so far; of a list null
  const open: (Set<string> | null)[] = [];
  let text = '';
  for (const [found] of json.matchAll(token)) {
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      const keys = open.at(-1);
      const key = JSON.parse(text) as string;
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    } else text = found;
  }
  return null;
}
