import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './notices.ts';

/**
 * Writes the bill of materials of the package (CycloneDX, JSON) to the file of its argument: what is installed with it, and what its
 * compiled files contain, as `dist/bundled.json` says (`npm pack` makes it). npm's own bill has either all development packages or none of them.
 */
if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const { name } = read('package.json') as { readonly name: string };
  const bundled = read('dist/bundled.json') as readonly Pick<BundledPackage, 'name' | 'version'>[];
  const options = { cwd: root, maxBuffer: 256e6, encoding: 'utf8' } as const;
  const whole = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], options)) as Sbom;
  writeFileSync(process.argv[2] ?? 'sbom.cdx.json', `${JSON.stringify(packageBill(whole, bundled, name), null, 2)}\n`);
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly scope?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

export interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** Of a repository's whole bill what the package brings: without the development packages that it does not contain. */
export function packageBill(
  whole: Sbom,
  bundled: readonly Pick<BundledPackage, 'name' | 'version'>[],
  name: string,
): Sbom {
  const inside = new Set(bundled.map((each) => `${each.name}@${each.version}`));
  const known = new Set(whole.components.map(identity));
  const unknown = [...inside].filter((each) => !known.has(each));
  if (unknown.length > 0) throw new Error(`npm knows nothing of what is bundled: ${unknown.join(', ')}`);
  const components = whole.components.filter((each) => !isDevelopment(each) || inside.has(identity(each)));
  const own = whole.metadata.component;
  const refs = new Set([own, ...components].map((component) => component['bom-ref']));
  return {
    ...whole,
    // npm says the folder's name here
    metadata: { ...whole.metadata, component: { ...own, name } },
    components: components.map((component) =>
      inside.has(identity(component)) ? { ...component, scope: 'required', properties: [] } : component,
    ),
    dependencies: whole.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

function identity({ name, version }: Component): string {
  return `${name}@${version}`;
}

function isDevelopment({ properties = [] }: Component): boolean {
  return properties.some((property) => property.name === 'cdx:npm:package:development' && property.value === 'true');
}
