import { documentLine } from '../../output/documents.ts';
import { relative, resolve, sep } from 'node:path';
import type { CheckedProject } from '../../checking/checked-project.ts';
import { commandLine, type Context, type Verb } from '../../context.ts';
import { namedDatabase, openTarget, requireLoadable, type Target, withDatabase } from '../../database/database.ts';
import { outputWord } from '../../output/forms.ts';
import { serverOf } from '../../typed/database-url.ts';
import { exitCode } from '../../typed/exit-codes.ts';
import { readFileNames } from '../../typed/files.ts';
import { type Arguments, CommandError, UsageError } from '../../typed/usage.ts';

const outputs = ['text', 'json', 'github'] as const;

export const verb: Verb = {
  form: `usage: landfall check [--output text|json|github] [--database-url URL]
       landfall check --against FILE... [--dataset NAME] [--output text|json|github] [--database-url URL]`,
  examples: [
    'landfall check',
    'landfall check --output github',
    "landfall check --against 'incoming/customers/*.csv' --dataset customers",
  ],
  help: `Checks every dataset of the project: by itself, and where a database answers beside its table, its columns, its unique indexes
and its rules. Says all that is wrong with all files at once, each with its line. Changes nothing, and starts no server.

  --against FILE...    what a load would refuse of these files today, and how much more that is than the last load of each: a
                       dry run, of which nothing stays, neither in the table nor in the ledger; FILE is a path or s3://bucket/key
  --dataset NAME       with --against: the dataset of the files; else the one that they were loaded into last, or whose prefix they have
  --output WORD        text, json (one object: { schemaVersion, config, database, datasets, against }), or github: workflow commands
                       that mark the lines in a pull request
  --json               as --output json
  --database-url URL   else DATABASE_URL, else the database of landfall.config, else the embedded server where it runs; without one
                       only what the files say is checked

Exit code: 0 all is right, 3 something is wrong or a file would be refused as a whole, 1 a technical failure, 64 wrong usage.`,
  options: {
    against: { type: 'string', multiple: true },
    dataset: { type: 'string' },
    output: { type: 'string', values: outputs },
    json: { type: 'boolean' },
    'database-url': { type: 'string' },
  },
  async run(typed, context) {
    const output = outputWord(typed, outputs, 'text');
    const files = filesOf(typed);
    const { objects, problems } = await readFileNames(files, context.typedIn);
    if (problems.length > 0) throw new UsageError([...problems]);
    const { project } = context;
    if (project.configFile === null)
      throw new CommandError(
        'no landfall.config.json is here or in a folder above, so there is no dataset to check. Write one that says where they are: { "datasets": ["datasets/*.json"] }',
      );
    const database = namedDatabase(typed.values['database-url'], context);
    const target = await openTarget(database, context, { start: false });
    const { datasets, trouble } = await checkedDatasets(context, target);
    const isAsked = target !== null && trouble === null;
    const checked: CheckedProject = {
      config: project.configFile,
      database: isAsked ? shownDatabase(target) : null,
      datasets: [...datasets],
    };
    if (files.length === 0) return await tell(checked, { output, trouble }, context);
    if (!isAsked) return await tell(checked, { output, trouble: trouble ?? needsDatabase }, context);
    const { judgeFiles } = await import('../../checking/judge-files.ts');
    try {
      const judging = { database, target, dataset: typed.values['dataset'] ?? null };
      const against = await judgeFiles(objects, judging, context);
      return await tell({ ...checked, against: [...against] }, { output, trouble }, context);
    } catch (error) {
      if (!(error instanceof CommandError) || context.signal.aborted) throw error;
      return await tell(checked, { output, trouble: error.message }, context);
    }
  },
};

const needsDatabase = '--against judges files as a load does, which takes a database';

type Output = (typeof outputs)[number];

/** A shell writes out `--against *.csv`: all behind the first one stand by themselves. */
function filesOf({ values, lists, positionals }: Arguments): readonly string[] {
  const against = lists['against'] ?? [];
  if (against.length === 0 && positionals.length > 0)
    throw new UsageError([
      `check looks at all datasets of the project; what a load would refuse of files is asked with --against ${positionals.join(' ')}`,
    ]);
  if (against.length === 0 && values['dataset'] !== undefined)
    throw new UsageError(['--dataset belongs to --against FILE..., which is missing']);
  return [...against, ...positionals];
}

/** What could not be asked of the database is a trouble, beside all that the files say by themselves. */
async function checkedDatasets(
  context: Pick<Context, 'project' | 'env'>,
  target: Target | null,
): Promise<{ readonly datasets: CheckedProject['datasets']; readonly trouble: string | null }> {
  const { checkDatasets } = await import('../../checking/check-project.ts');
  const { project } = context;
  if (target === null) return { datasets: [...(await checkDatasets(project, null))], trouble: null };
  try {
    const datasets = await withDatabase(target, async (db) => {
      await requireLoadable(db, target.url, context);
      return await checkDatasets(project, db);
    });
    return { datasets: [...datasets], trouble: null };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return {
      datasets: [...(await checkDatasets(project, null))],
      trouble: `the tables were not looked at: ${error.message}`,
    };
  }
}

interface Telling {
  readonly output: Output;
  /** What could not be done. */
  readonly trouble: string | null;
}

async function tell(checked: CheckedProject, { output, trouble }: Telling, context: Context): Promise<number> {
  const { folder } = context.project;
  const { annotations, shownProject } = await import('../../checking/shown.ts');
  const { datasets, database, against = [] } = checked;
  const isWrong =
    datasets.some(({ problems }) => problems.length > 0) || against.some(({ outcome }) => outcome !== 'DRY_RUN');
  if (output === 'json') context.out(documentLine(checked));
  else context.show(shownProject(checked, { folder, typedIn: context.typedIn }), !isWrong);
  if (output === 'github') context.out(annotations(checked, repositoryPath(context)));
  if (datasets.length === 0) context.err(`${checked.config ?? ''} names no file that declares a dataset\n`);
  if (database === null && (trouble === null || trouble === needsDatabase)) {
    context.err(
      `the tables were not looked at: no database is named, and no embedded server runs here. Name one: ${commandLine('check --database-url URL')} (or DATABASE_URL, or "database" in the config)\n`,
    );
  }
  if (trouble !== null) context.err(`landfall check: ${trouble}\n`);
  if (trouble !== null || against.some(({ outcome }) => outcome === 'FAILED')) return exitCode.failed;
  return isWrong ? exitCode.refused : exitCode.done;
}

/** GitHub knows files by their places in the repository, which a workflow has checked out there. */
function repositoryPath({ env, project: { folder } }: Context): (file: string) => string {
  const workspace = env['GITHUB_WORKSPACE'];
  return (file) => {
    if (!workspace) return file;
    const path = relative(workspace, resolve(folder, file)).split(sep).join('/');
    return path.startsWith('../') ? file : path;
  };
}

/** host:port/database */
function shownDatabase({ url }: Target): string {
  return `${serverOf(url)}${new URL(url).pathname}`;
}
