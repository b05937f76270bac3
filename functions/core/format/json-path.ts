/** At most so many characters, each of which a document has to be searched for. */
const longest = 1_000;

/**
 * The keys that lead to the records of a document, outermost first: `data.items`, `$.data.items[*]`, `$['data'].items`,
 * `.data.items[]` and `/data/items` are one path; `$`, or nothing, is the document itself. null: it is none of these.
 */
export function keysOfPath(typed: string): readonly string[] | null {
  if (typed.length > longest || !typed.isWellFormed()) return null;
  return typed.startsWith('/') ? keysOfPointer(typed) : keysOfDotted(typed);
}

/** The path as the contract and the chain of decoders have it, a JSON pointer (RFC 6901). */
export function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function keysOfPointer(pointer: string): readonly string[] | null {
  if (/~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const step = /\.?([^.[\]'"*$]+)|\['([^']*)'\]|\["([^"]*)"\]/y;

function keysOfDotted(typed: string): readonly string[] | null {
  const path = typed.replace(/^\$/, '').replace(/\[\*?\]$/, '');
  const keys: string[] = [];
  for (let at = 0; at < path.length; at = step.lastIndex) {
    step.lastIndex = at;
    const found = step.exec(path);
    if (found === null) return path === '.' ? [] : null;
    // a name begins the path or follows a dot
    const [text, name, single, double] = found;
    if (name !== undefined && at > 0 && !text.startsWith('.')) return null;
    keys.push(name ?? single ?? double ?? '');
  }
  return keys;
}
