import { nameWithoutPacking } from '../../core/decoding/packed-name.ts';
import { percentDecoded } from '../../core/object-url.ts';
import { showText } from '../../words/did-you-mean.ts';

interface Named {
  readonly url: string;
  readonly as?: string;
}

/**
 * The name under the prefix of what is fetched for a scheduled time: always the same for the same time. `as`, or the last
 * part of the URL with the time in it: orders.csv at 02:00 becomes orders-2024-07-01T020000Z.csv.
 */
export function fetchedName(fetch: Named, scheduledTime: Date): string {
  const [date = '', time = ''] = scheduledTime.toISOString().split(/[T.]/u);
  return patternOf(fetch).replaceAll('{date}', date).replaceAll('{time}', time.replaceAll(':', ''));
}

/** Every name that fetchedName can make, and how all of them begin. */
export function fetchedNames(fetch: Named): { readonly begin: string; readonly matches: (name: string) => boolean } {
  const pattern = patternOf(fetch);
  const source = pattern
    .replaceAll('.', String.raw`\.`)
    .replaceAll('{date}', String.raw`\d{4}-\d\d-\d\d`)
    .replaceAll('{time}', String.raw`\d{6}`);
  const expression = new RegExp(`^${source}$`, 'u');
  return { begin: pattern.split('{', 1)[0] ?? '', matches: (name) => expression.test(name) };
}

/** What is wrong with `as`; null where nothing is. */
export function namePatternProblem(pattern: string): string | null {
  const bare = pattern.replaceAll(/\{(date|time)\}/gu, '0');
  if (/[{}]/u.test(bare)) return `${showText(pattern)} may hold {date} and {time} and no other braces`;
  if (!/^[\w.=-]+(\/[\w.=-]+)*$/u.test(bare) || bare.length > 500) {
    return `${showText(pattern)} must be a name of letters, digits, dots, dashes, = and _, with / between folders, like "{date}/orders.csv"`;
  }
  return /(^|\/)\.\.?(\/|$)/u.test(bare) ? `${showText(pattern)} must hold no folder . or ..` : null;
}

/** The last part of the URL's path, fit for a key; null where the path ends with a slash. */
export function urlFileName(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  const name = percentDecoded(last)
    .replaceAll(/[^\w.-]+/gu, '-')
    .slice(-200);
  return /[A-Za-z0-9]/u.test(name) ? name : null;
}

function patternOf({ url, as }: Named): string {
  if (as !== undefined) return as;
  const name = urlFileName(url);
  if (name === null) throw new Error(`the declaration was not checked: ${showText(url)} names no file`);
  // the time goes before both: orders.csv.gz is an orders.csv that is packed
  const dot = nameWithoutPacking(name).lastIndexOf('.');
  const cut = dot > 0 ? dot : name.length;
  return `${name.slice(0, cut)}-{date}T{time}Z${name.slice(cut)}`;
}
