import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which files went into a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says it, an SPDX expression. */
  readonly license: string;
  /** Its licence and, where there is one, its notice; Apache-2.0 asks for both. */
  readonly texts: readonly string[];
}

/** The packages that these files of bundles are from, by name and version. */
export function packagesOf(root: string, inputs: readonly string[]): readonly BundledPackage[] {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== null));
  return [...folders]
    .map((folder) => packageIn(join(root, folder)))
    .toSorted((one, other) => `${one.name}@${one.version}`.localeCompare(`${other.name}@${other.version}`, 'en'));
}

/** `node_modules/a/node_modules/@b/c` of `node_modules/a/node_modules/@b/c/index.js`; null for files of this repository. */
export function packageFolder(input: string): string | null {
  const start = input.lastIndexOf('node_modules/');
  if (start < 0) return null;
  const [first = '', second = ''] = input.slice(start + 'node_modules/'.length).split('/');
  if (first.startsWith('.')) return null;
  return input.slice(0, start) + ['node_modules', first, ...(first.startsWith('@') ? [second] : [])].join('/');
}

function packageIn(folder: string): BundledPackage {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string')
    throw new Error(`${folder}/package.json lacks a name, a version or a licence`);
  const files = globSync('{LICENSE,LICENCE,License,license,COPYING,NOTICE,notice}*', { cwd: folder }).toSorted();
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  if (texts.length > 0) return { name, version, license, texts };
  const readme = globSync('README*', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const text = licenceInReadme(readme[0] ?? '') ?? writtenOut(license, authorName(author));
  return { name, version, license, texts: text === null ? [] : [text] };
}

/** The section of a README that holds a licence with its copyright, as small packages have it in place of a file; else null. */
export function licenceInReadme(readme: string): string | null {
  const sections = readme.replaceAll('\r\n', '\n').split(/^#+ */mu);
  const section = sections.find((each) => /^licen[cs]e\b/iu.test(each) && each.includes('Copyright'));
  return section?.slice(section.indexOf('\n')).trim() ?? null;
}

/** The text of a licence that a package names and does not bring; null where it is not known. */
function writtenOut(license: string, author: string): string | null {
  if (license === 'Apache-2.0') return readFileSync(join(import.meta.dirname, '../LICENSE'), 'utf8').trim();
  const permission = permissions[license];
  return permission === undefined ? null : `Copyright ${author}\n\n${permission}`;
}

/** `A <mail> (page)` or `{ name }`, as package.json has it. */
function authorName(author: unknown): string {
  const written = typeof author === 'object' && author !== null && 'name' in author ? author.name : author;
  return typeof written === 'string' ? (written.split(/[<(]/u)[0] ?? '').trim() : 'its authors';
}

/** As SPDX has them. */
const permissions: Readonly<Record<string, string>> = {
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`,
  'MIT-0': `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

/** What has to be handed on with the bundles: each package with its licence, a text that several have said once. */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const textless = packages.filter(({ texts }) => texts.length === 0);
  const groups = Map.groupBy(packages, ({ license, texts }) => JSON.stringify([license, texts]));
  if (textless.length > 0)
    throw new Error(`no text of a licence to hand on: ${textless.map(({ name }) => name).join(', ')}`);
  const parts = [...groups.values()].map((alike) => {
    const names = alike.map(({ name, version }) => `${name} ${version}`).join('\n');
    return `${names}\nLicence: ${alike[0]?.license}\n\n${alike[0]?.texts.join('\n\n')}\n`;
  });
  return `Landfall's compiled files contain parts of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
