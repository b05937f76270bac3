import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { outsideFunctions, machineFunctions } from '../../functions/protocol/pipeline.ts';

/** Some packages require Node's builtins by name, which an ES module cannot do by itself. */
export const requireBanner =
  "import { createRequire as requireFrom } from 'node:module';const require = requireFrom(import.meta.url);";

/** What a test may set in the environment of a function; a bundle for an account holds `undefined` in its place. */
const testVariables = ['LANDFALL_TEST_CERTIFICATE'];
const withoutTestVariables = Object.fromEntries(testVariables.map((name) => [`process.env.${name}`, 'undefined']));

const root = join(import.meta.dirname, '../..');

/**
 * Bundles the handlers of all functions into one folder, `NAME.mjs` each, with what several of them need in files that they
 * share and the numbered migrations beside them. By the esbuild of package.json: who installed the package has the folder already.
 * The SDK that was tested is the one that runs.
 * @param testable keeps what only tests of a deployed function set
 * @returns the files that went in, from the repository's root
 */
export function bundleHandlers(folder: string, { testable }: { readonly testable: boolean }): readonly string[] {
  const options = {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      [...machineFunctions, ...outsideFunctions].map((name) => [name, join(root, 'functions', name, 'handler.ts')]),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // beside the entries: what lies beside a bundle is found from any file of it
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: requireBanner },
    // pg's optional native driver, which nothing here uses
    external: ['pg-native'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    ...(testable ? {} : { define: withoutTestVariables }),
  } as const satisfies BuildOptions;
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const { metafile } = buildSync(options);
  cpSync(join(root, 'functions/migrate/migrations'), join(folder, 'migrations'), { recursive: true });
  return Object.keys(metafile.inputs);
}
