import { dirname, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One import of a package: which names, and where its specifier stands, quotes included. */
export interface PackageImport {
  readonly name: string;
  /** null: all, since who imports it at run time may take any. */
  readonly names: readonly string[] | null;
  readonly start: number;
  readonly end: number;
}

/** The imports of compiled JavaScript that name packages, in order. */
export function packageImports(file: string, code: string): readonly PackageImport[] {
  const { module, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const still = module.staticImports.map(({ moduleRequest: { value, start, end }, entries }) => ({
    name: value,
    // of a default or a namespace the parser gives none
    names: entries.every(({ importName }) => importName.name !== null)
      ? entries.map(({ importName }) => importName.name ?? '')
      : null,
    start,
    end,
  }));
  const again = module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ moduleRequest }) => moduleRequest !== null)
    .map(({ moduleRequest }) => ({
      name: moduleRequest?.value ?? '',
      names: null,
      start: moduleRequest?.start ?? 0,
      end: moduleRequest?.end ?? 0,
    }));
  const late = module.dynamicImports
    .map(({ moduleRequest: { start, end } }) => ({ written: code.slice(start, end), start, end }))
    .filter(({ written }) => /^(?:'[^'$]+'|"[^"$]+")$/u.test(written))
    .map(({ written, start, end }) => ({ name: written.slice(1, -1), names: null, start, end }));
  const packages = [...still, ...again, ...late].filter(({ name }) => !/^(?:\.|node:)/u.test(name));
  // `export { a, b } from` has an entry a name, all with one specifier
  return [...new Map(packages.map((each) => [each.start, each])).values()].toSorted(
    (one, other) => one.start - other.start,
  );
}

/** The code with these imports naming files instead, as seen from the file's folder. */
export function importingFiles(
  code: string,
  from: string,
  imports: readonly (PackageImport & { readonly path: string })[],
): string {
  return imports
    .toReversed()
    .reduce(
      (text, { start, end, path }) => `${text.slice(0, start)}'${asSpecifier(from, path)}'${text.slice(end)}`,
      code,
    );
}

function asSpecifier(from: string, path: string): string {
  const way = relative(dirname(from), path).replaceAll('\\', '/');
  return way.startsWith('.') ? way : `./${way}`;
}
