import { machineFunctions, outsideFunctions } from '../../functions/protocol/pipeline.ts';
import { reachedFrom } from './repository.ts';
import type { ImportOf, SourceFile } from './source-file.ts';

/** Who may import whom (functions/README.md), as one function a rule: files in, breaches out, none where all is well. */
export type Rule = (files: readonly SourceFile[]) => readonly string[];

/** Folders of functions/ that are Lambdas of their own. */
const stepFolders: readonly string[] = [...machineFunctions, ...outsideFunctions];

/** The one that calls the handlers of steps in its own process. */
const callsSteps = 'functions/whole/handler.ts';

/**
 * Folders of functions/ from the ground up: a file imports from lower lines, or from its own folder. Two folders of one line
 * know nothing of each other. What is not listed here is a step and stands on top of all.
 */
const layers: readonly (readonly string[])[] = [
  ['core'],
  ['cleaning'],
  ['formats', 'decoding', 'conflict'],
  ['protocol'],
  ['words'],
  ['compile', 'page'],
  ['datasets'],
  ['sniff', 'propose'],
  ['db', 'objects', 'aws'],
  ['contract', 'content'],
  ['ledger', 'governor', 'indexes'],
  ['replay'],
  ['runtime'],
];

/** Builtins that compute and touch nothing outside the process. */
const pureBuiltins = [
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:string_decoder',
  'node:url',
  'node:util',
];

export const rules: Readonly<Record<string, Rule>> = {
  'steps never import each other': importRule({
    in: (path) => stepOf(path) !== null && path !== callsSteps,
    allows: (target, path) => stepOf(target) === null || stepOf(target) === stepOf(path),
  }),
  'folders of functions import only what lies below them': importRule({
    in: (path) => under('functions')(path) && path !== callsSteps,
    allows: (target, path) => folderOf(target) === folderOf(path) || layerOf(target) < layerOf(path),
  }),
  'a folder of functions is a layer or a step': foldersAreKnown,
  'core does no I/O and imports nothing outside core': importRule({
    in: under('functions/core'),
    allows: oneOf(under('functions/core'), isPureBuiltin),
  }),
  'formats do no I/O and import only formats, cleaning and core': importRule({
    in: under('functions/formats'),
    allows: oneOf(under('functions/formats'), under('functions/cleaning'), under('functions/core'), isPureBuiltin),
  }),
  'cleaning steps do no I/O and import only each other and core': importRule({
    in: under('functions/cleaning'),
    allows: oneOf(under('functions/cleaning'), under('functions/core'), isPureBuiltin),
  }),
  'conflict rules do no I/O and import only each other and core': importRule({
    in: under('functions/conflict'),
    allows: oneOf(under('functions/conflict'), under('functions/core'), isPureBuiltin),
  }),
  'protocol does no I/O and imports only protocol, core and zod': importRule({
    in: under('functions/protocol'),
    allows: oneOf(under('functions/protocol'), under('functions/core'), is('zod'), isPureBuiltin),
  }),
  'a file of functions that builds SQL runs none': buildersRunNothing,
  'only functions/db imports the PostgreSQL driver': importRule({
    in: (path) => !under('functions/db')(path) && !under('test')(path),
    allows: (target) => !is('pg', 'pg-copy-streams', 'pg-types', 'pg-protocol')(target),
  }),
  'only functions/objects, db and aws import the AWS SDK, and localstack for what it deploys': importRule({
    in: (path) =>
      !oneOf(
        under('functions/objects'),
        under('functions/db'),
        under('functions/aws'),
        under('localstack'),
        under('cli'),
        under('test'),
      )(path),
    allows: (target) => !target.startsWith('@aws-sdk/') && !target.startsWith('@smithy/'),
  }),
  'functions never import cli, localstack, infra, project or test': importRule({
    in: under('functions'),
    allows: (target) =>
      !oneOf(under('cli'), under('localstack'), under('infra'), under('project'), under('test'))(target),
  }),
  'handlers are imported by nobody, but by the one call that makes all of theirs': importRule({
    in: (path) => !under('test')(path) && path !== callsSteps,
    allows: (target) => !/^functions\/[^/]+\/handler\.ts$/.test(target),
  }),
  'infra imports only infra, project, protocol, datasets, compile, the CDK, esbuild and zod': importRule({
    in: under('infra'),
    allows: oneOf(
      under('infra'),
      under('project'),
      under('functions/protocol'),
      under('functions/datasets'),
      under('functions/compile'),
      is('aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'zod', 'node:fs', 'node:module', 'node:os', 'node:path'),
    ),
  }),
  'project imports only project, compile and words, and knows neither database nor store': importRule({
    in: under('project'),
    allows: oneOf(
      under('project'),
      under('functions/compile'),
      under('functions/words'),
      is('jiti', 'tinyglobby', 'yaml', 'node:fs', 'node:fs/promises', 'node:path', 'node:url'),
    ),
  }),
  'cli and localstack never import infra or test': importRule({
    in: oneOf(under('cli'), under('localstack')),
    allows: (target) => !oneOf(under('infra'), under('test'))(target),
  }),
  'what infra takes from functions is pure, all the way down': infraReachesNoIo,
  'only functions/runtime reads the environment, within functions': environmentIsReadOnce,
  'one writer a process to stdout and stderr': outputHasOneWriter,
  'only functions/ledger and migrations write the ledger': ledgerHasOneWriter,
  'imports within functions can be known without running them': importsAreLiteral,
  'imports form no circle, types included': importsFormNoCircle,
  'a file of functions over 250 lines says why': longFilesSayWhy,
  'a folder shows at most 20 files side by side': foldersAreShort,
};

/** A rule about each import by itself: files `in` it import only what it `allows`. */
function importRule(rule: { in: (path: string) => boolean; allows: (target: string, path: string) => boolean }): Rule {
  return (files) =>
    files
      .filter((file) => rule.in(file.path))
      .flatMap((file) =>
        file.imports
          .filter((each) => each.target !== null && !rule.allows(each.target, file.path))
          .map((each) => describe(file, each)),
      );
}

/** By content, whatever its name is: a statement is built where nothing can be asked, so that it can be read and tested alone. */
function buildersRunNothing(files: readonly SourceFile[]): readonly string[] {
  const isAsked = oneOf(under('functions/db'), under('functions/objects'), doesIo);
  return files
    .filter(({ path, statements }) => under('functions')(path) && statements.length > 0)
    .flatMap((file) => [
      // a type says what a row or an object looks like; it runs nothing
      ...file.imports
        .filter(({ target, typeOnly }) => !typeOnly && target !== null && isAsked(target) && !buildsSql(files, target))
        .map((each) => describe(file, each)),
      ...file.queries.map((line) => `${file.path}:${line} runs a statement`),
    ]);
}

function buildsSql(files: readonly SourceFile[], path: string): boolean {
  return files.some((file) => file.path === path && file.statements.length > 0);
}

function infraReachesNoIo(files: readonly SourceFile[]): readonly string[] {
  const reached = reachedFrom(files, files.map((file) => file.path).filter(under('infra')));
  return files
    .filter((file) => reached.has(file.path) && under('functions')(file.path))
    .flatMap((file) =>
      file.imports.filter((each) => each.target !== null && doesIo(each.target)).map((each) => describe(file, each)),
    );
}

function environmentIsReadOnce(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => under('functions')(file.path) && !under('functions/runtime')(file.path))
    .flatMap((file) => [
      ...file.environmentReads.map((line) => `${file.path}:${line} reads process.env`),
      ...file.imports.filter(({ target }) => target === 'node:process').map((each) => describe(file, each)),
    ]);
}

/** Each lets through nothing but printable lines: of a command, of a function's log, of a function's process on one machine. */
const writers = ['cli/terminal.ts', 'functions/runtime/log.ts', 'localstack/embedded/machine/worker-main.ts'];

function outputHasOneWriter(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => !under('test')(file.path) && !writers.includes(file.path))
    .flatMap((file) => [
      ...file.writes.map((line) => `${file.path}:${line} writes to stdout or stderr`),
      ...file.imports.filter(({ target }) => target === 'node:console').map((each) => describe(file, each)),
    ]);
}

/** `landfall.x` or `${ident('landfall', 'x')}` after a verb that writes; landfall_staging is another schema. */
const ledgerWrite =
  /\b(insert\s+into|update(\s+only)?|delete\s+from(\s+only)?|merge\s+into(\s+only)?|truncate(\s+table)?(\s+only)?|copy)\s+("?landfall"?\s*\.|\$\{\s*ident\(\s*['"]landfall['"])/i;

function ledgerHasOneWriter(files: readonly SourceFile[]): readonly string[] {
  const mayWrite = oneOf(under('functions/ledger'), under('functions/migrate'), under('test'));
  // the row of an index commits with its drop and with its build, in statements of one message
  const isOwn = (path: string, match: string, text: string): boolean =>
    under('functions/indexes')(path) && text.startsWith(`${match}indexes`, text.indexOf(match));
  return files
    .filter((file) => !mayWrite(file.path))
    .flatMap((file) =>
      file.texts.flatMap(({ line, text }) => {
        const match = ledgerWrite.exec(text);
        return match === null || isOwn(file.path, match[0], text)
          ? []
          : [`${file.path}:${line} writes the ledger: ${match[0]}`];
      }),
    );
}

function importsAreLiteral(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => under('functions')(file.path))
    .flatMap((file) =>
      file.imports
        .filter((each) => each.target === null || each.target === 'node:module')
        .map((each) => describe(file, each)),
    );
}

/** One breach a circle: the files that reach each other. A circle means that two files are one thing, or that a third is missing. */
function importsFormNoCircle(files: readonly SourceFile[]): readonly string[] {
  const reaches = (from: SourceFile): ReadonlySet<string> => {
    const next = from.imports.flatMap(({ target }) => (target === null ? [] : [target]));
    return reachedFrom(files, next, { typesToo: true });
  };
  const reachable = new Map(files.map((file) => [file.path, reaches(file)]));
  const circles = files
    .filter(({ path }) => reachable.get(path)?.has(path))
    .map(({ path }) => files.map((other) => other.path).filter((other) => mutual(reachable, path, other)));
  return [...new Set(circles.map((circle) => circle.join(' <-> ')))];
}

function mutual(reachable: ReadonlyMap<string, ReadonlySet<string>>, one: string, other: string): boolean {
  return reachable.get(one)?.has(other) === true && reachable.get(other)?.has(one) === true;
}

/** What stands in one folder is seen at once; test/ follows its subjects and is not counted. */
const mostFilesOfFolder = 20;

function foldersAreShort(files: readonly SourceFile[]): readonly string[] {
  const folders = files
    .map(({ path }) => path.slice(0, path.lastIndexOf('/')))
    .filter((path) => !under('test')(`${path}/`));
  return [...new Set(folders)]
    .map((folder) => ({ folder, count: folders.filter((other) => other === folder).length }))
    .filter(({ count }) => count > mostFilesOfFolder)
    .map(({ folder, count }) => `${folder} holds ${count} files: give what belongs together a folder of its own`);
}

function longFilesSayWhy(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => under('functions')(file.path) && file.lines > 250)
    .filter((file) => !file.comments.some((comment) => /over 250 lines: \S/i.test(comment)))
    .map((file) => `${file.path} has ${file.lines} lines: split it, or say why in a comment "Over 250 lines: ..."`);
}

function foldersAreKnown(files: readonly SourceFile[]): readonly string[] {
  const folders = new Set(files.map(({ path }) => folderOf(path)).filter((folder) => folder !== null));
  return [...folders]
    .filter((folder) => !stepFolders.includes(folder) && !layers.flat().includes(folder))
    .map((folder) => `functions/${folder} is neither a layer of rules.ts nor a step of protocol/pipeline.ts`);
}

function describe(file: SourceFile, { line, specifier }: ImportOf): string {
  return `${file.path}:${line} imports ${specifier ?? 'something computed at run time'}`;
}

function stepOf(path: string): string | null {
  const folder = folderOf(path);
  return folder !== null && stepFolders.includes(folder) ? folder : null;
}

/** The folder of functions/ that a file lies in, at any depth. */
function folderOf(path: string): string | null {
  const [top, folder, file] = path.split('/');
  return top === 'functions' && folder !== undefined && file !== undefined ? folder : null;
}

/** Packages and builtins lie below everything. */
function layerOf(path: string): number {
  const folder = folderOf(path);
  if (folder === null) return -1;
  const layer = layers.findIndex((layerFolders) => layerFolders.includes(folder));
  return layer === -1 ? layers.length : layer;
}

function doesIo(target: string): boolean {
  const builtin = target.startsWith('node:') && !isPureBuiltin(target);
  return builtin || is('pg', 'pg-copy-streams')(target) || target.startsWith('@aws-sdk/');
}

function isPureBuiltin(target: string): boolean {
  return pureBuiltins.includes(target);
}

function under(folder: string): (path: string) => boolean {
  return (path) => path.startsWith(`${folder}/`);
}

function is(...names: readonly string[]): (target: string) => boolean {
  return (target) => names.includes(target);
}

function oneOf(...tests: readonly ((target: string) => boolean)[]): (target: string) => boolean {
  return (target) => tests.some((test) => test(target));
}
