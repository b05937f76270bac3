import type { DigestName } from '../../core/control/totals.ts';

const digits: Readonly<Record<DigestName, RegExp>> = { sha256: /^[0-9a-f]{64}$/iu, md5: /^[0-9a-f]{32}$/iu };

/**
 * The digest of one file in the lines that sha256sum and md5sum print: the digits, a blank, a blank or `*` for binary, the name.
 * Of several lines the one with the object's name, in whatever folder it was; the digits alone are the object's where they are all there is.
 */
export function readDigestLines(
  text: string,
  { name, of }: { readonly name: string; readonly of: DigestName },
): { readonly digest: string } | { readonly problems: readonly string[] } {
  const lines = text.split(/\r?\n/u);
  const entries = lines.flatMap((line, i) => (line.trim() === '' ? [] : [{ line: i + 1, ...entryOf(line, of) }]));
  const wrong = entries.filter(({ digest }) => digest === null);
  if (wrong.length > 0) {
    const places = wrong.slice(0, 5).map(({ line }) => `line ${line}`);
    return { problems: [`${places.join(', ')} is not as ${of}sum prints it: the digits, two blanks, the name`] };
  }
  const [first, ...more] = entries;
  if (first === undefined) return { problems: ['is empty'] };
  if (more.length === 0 && first.name === null) return { digest: first.digest ?? '' };
  const mine = [...new Set(entries.flatMap((entry) => (entry.name === name ? [entry.digest ?? ''] : [])))];
  const [only] = mine;
  if (only === undefined) return { problems: [`has no line for ${name}`] };
  return mine.length === 1 ? { digest: only } : { problems: [`has several digests for ${name}`] };
}

/** A name with a line end or a backslash is escaped, and its line begins with one. */
function entryOf(line: string, of: DigestName): { readonly digest: string | null; readonly name: string | null } {
  const isEscaped = line.startsWith('\\');
  const [, written = '', path] = /^(\S+)(?: [ *](.+))?$/u.exec(isEscaped ? line.slice(1) : line.trimEnd()) ?? [];
  if (!digits[of].test(written)) return { digest: null, name: null };
  const whole = isEscaped ? path?.replaceAll(/\\([nr\\])/gu, (_, sign: string) => escapes[sign] ?? sign) : path;
  return { digest: written.toLowerCase(), name: whole?.slice(whole.lastIndexOf('/') + 1) ?? null };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\' };
