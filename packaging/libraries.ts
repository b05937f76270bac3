import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { requireBanner } from '../infra/functions/bundle.ts';
import { importingFiles, type PackageImport, packageImports } from './imports.ts';

interface Libraries {
  readonly root: string;
  /** Of compiled JavaScript; the libraries go into its `libraries/`. */
  readonly dist: string;
  readonly bundled: readonly string[];
}

/** What aws-local-stepfunctions imports for real Lambdas and for its validator, neither of which is used. */
const leftOut: Readonly<Record<string, string>> = {
  '@aws-sdk/client-lambda': 'export const LambdaClient = null, InvokeCommand = null;',
  '@aws-sdk/credential-providers': 'export const fromCognitoIdentityPool = null;',
  'asl-validator': 'export default null;',
};

/**
 * Bundles these packages into `dist/libraries`, a file for each and what they share, with no more of each than what the compiled
 * files import by name, and has those files import it from there.
 * @returns the files that went in, from `root`
 */
export async function bundleLibraries({ root, dist, bundled }: Libraries): Promise<readonly string[]> {
  const importers = globSync('{cli,functions,infra,localstack,project}/**/*.js', { cwd: dist })
    .map((path) => join(dist, path))
    .map((path) => ({ path, code: readFileSync(path, 'utf8') }))
    .map(({ path, code }) => ({ path, code, imports: packageImports(path, code).filter(isBundled) }))
    .filter(({ imports }) => imports.length > 0);
  function isBundled({ name }: PackageImport): boolean {
    return bundled.includes(name);
  }

  const entries = join(root, 'node_modules/.landfall-libraries');
  const libraries = join(dist, 'libraries');
  rmSync(entries, { recursive: true, force: true });
  mkdirSync(entries, { recursive: true });
  for (const name of bundled) {
    const imported = importers.flatMap(({ imports }) => imports).filter((each) => each.name === name);
    if (imported.length === 0)
      throw new Error(`${name} is to be bundled (packaging/bundled.ts), and nothing imports it`);
    writeFileSync(join(entries, fileOf(name)), entryOf(name, imported));
  }
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: bundled.map((name) => join(entries, fileOf(name))),
      outdir: libraries,
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.11',
      mainFields: ['module', 'main'],
      banner: { js: requireBanner },
      minifySyntax: true,
      minifyWhitespace: true,
      // errors are told apart by the names of their classes
      keepNames: true,
      legalComments: 'none',
      metafile: true,
      logLevel: 'warning',
      plugins: [withoutUnused],
    });
    for (const { path, code, imports } of importers) {
      const moved = imports.map((each) => ({ ...each, path: join(libraries, fileOf(each.name)) }));
      writeFileSync(path, importingFiles(code, path, moved));
    }
    return Object.keys(metafile.inputs);
  } finally {
    rmSync(entries, { recursive: true });
  }
}

/** `@aws-sdk/client-s3` in `aws-sdk-client-s3.js` */
function fileOf(name: string): string {
  return `${name.replace('@', '').replaceAll('/', '-')}.js`;
}

function entryOf(name: string, imports: readonly PackageImport[]): string {
  if (imports.some(({ names }) => names === null)) return `export * from '${name}';\n`;
  const names = new Set(imports.flatMap((each) => each.names ?? []));
  return `export { ${[...names].toSorted().join(', ')} } from '${name}';\n`;
}

const withoutUnused: Plugin = {
  name: 'without what is not used',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path, importer }) =>
      path in leftOut && importer.includes('/aws-local-stepfunctions/') ? { path, namespace: 'left out' } : null,
    );
    onLoad({ filter: /./, namespace: 'left out' }, ({ path }) => ({ contents: leftOut[path] ?? '' }));
  },
};
