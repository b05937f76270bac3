import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * Takes away the declarations that no public one leads to: a program or an app sees those of `entries` and what they import.
 * @returns the packages that the others import
 */
export function keepPublicDeclarations(dist: string, entries: readonly string[]): ReadonlySet<string> {
  const kept = new Set<string>();
  const packages = new Set<string>();
  const waiting = entries.map((entry) => join(dist, entry));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (kept.has(path)) continue;
    kept.add(path);
    for (const specifier of specifiersOf(path)) {
      if (!specifier.startsWith('.')) packages.add(specifier);
      else waiting.push(declarationOf(path, specifier));
    }
  }
  for (const path of globSync('**/*.d.ts', { cwd: dist }).map((name) => join(dist, name)))
    if (!kept.has(path)) rmSync(path);
  return packages;
}

/** All that a declaration names: imports, exports from elsewhere, and `import('x').Y` inside of types. */
function specifiersOf(path: string): readonly string[] {
  const code = readFileSync(path, 'utf8');
  const { module } = parseSync(path, code);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...[...code.matchAll(/\bimport\("([^"]+)"\)/gu)].map(([, specifier = '']) => specifier),
  ];
}

function declarationOf(from: string, specifier: string): string {
  const path = join(dirname(from), specifier.replace(/\.(?:js|ts)$/u, '.d.ts'));
  if (!existsSync(path)) throw new Error(`${from} names ${specifier}, which has no declaration at ${path}`);
  return path;
}
