import { cp, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../../../project/own-package.ts';

/**
 * Datasets whose files come by themselves, which none of the shipped ones does: `fetched` brings its file from this
 * port of the own machine, `nightly` loads what lies there at its time, `lost` waits for events that never come. The
 * times are so far away that only a test sets them off. All go into a table of their own: they come in the middle of tests
 * that count the rows of another.
 */
function ownDatasets(feedPort: number): Readonly<Record<string, string>> {
  return {
    fetched: `
      schedule: { expression: '${farAway}' },
      fetch: { url: 'https://localhost:${feedPort}/feed.csv', secret: '${feedSecret}', as: 'feed-{date}T{time}.csv' },`,
    nightly: `
      schedule: { expression: '${farAway}' },`,
    lost: '',
  };
}

/** Where they go; made once the rest is deployed. */
export const feedsTable = 'create table if not exists public.feeds (id integer primary key, name text not null)';

/** Third of January 2099, 03:00. */
const farAway = 'cron(0 3 3 1 ? 2099)';

/** Name of the secret that holds the feed's login. */
export const feedSecret = 'landfall/test/feed';

/**
 * A project as its user has it: a copy of this one, whose config names datasets of its own too. Answers its folder, which whoever
 * called removes.
 */
export async function makeOwnProject(feedPort: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-project-'));
  const copied = [
    'functions',
    'cli',
    'infra',
    'localstack',
    'project',
    'index.ts',
    'cdk.json',
    'package.json',
    'package-lock.json',
  ];
  for (const name of copied) await cp(join(packageFolder, name), join(folder, name), { recursive: true });
  await symlink(join(packageFolder, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'datasets'));
  for (const [name, more] of Object.entries(ownDatasets(feedPort))) {
    await writeFile(
      join(folder, 'datasets', `${name}.ts`),
      `import { defineDataset } from '../index.ts';

    export const ${name} = defineDataset({
      name: '${name}',
      prefix: '${name}/',
      table: 'public.feeds',
      key: ['id'],${more}
    });
    `,
    );
  }
  const config = { datasets: ['localstack/demo/datasets/*.ts', 'datasets/*.ts'] };
  await writeFile(join(folder, 'landfall.config.json'), JSON.stringify(config));
  return folder;
}
