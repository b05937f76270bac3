import type { ListedVerb } from './context.ts';

/** Every verb; its file is imported only when it is typed. */
export const verbs: Readonly<Record<string, ListedVerb>> = {
  load: {
    summary: 'load files into tables, validated, de-duplicated, merged and counted',
    open: () => import('./verbs/load.ts'),
  },
  plan: {
    summary: 'show what a load of files would insert, change and delete, cell by column, and change nothing',
    open: () => import('./verbs/rows/plan.ts'),
  },
  init: {
    summary: 'propose a dataset for a file, or a table for it, each answer with its reason',
    open: () => import('./verbs/project/init.ts'),
  },
  sniff: {
    summary: 'say how files are to be read: delimiter, header, what packs them',
    open: () => import('./verbs/sniff.ts'),
  },
  check: {
    summary: "check the project's datasets, beside their tables too, and what they would refuse of files",
    open: () => import('./verbs/project/check.ts'),
  },
  dev: {
    summary: 'stay up and load every file that is put into .landfall/landing/<dataset prefix>/',
    open: () => import('./verbs/dev.ts'),
  },
  status: {
    summary: 'running loads, who holds and who waits for which table, what is paused, the last ten loads',
    open: () => import('./verbs/status.ts'),
  },
  watch: {
    summary: 'what status shows, drawn anew as it changes, until Ctrl-C',
    open: () => import('./verbs/looking/watch.ts'),
  },
  list: { summary: 'loads by dataset, outcome and time', open: () => import('./verbs/list.ts') },
  explain: {
    summary: 'what became of one load, step by step, and what to do next',
    open: () => import('./verbs/explain.ts'),
  },
  rejects: { summary: 'the records that a load refused, with every reason', open: () => import('./verbs/rejects.ts') },
  retry: {
    summary: 'go on with a load that failed, or load again what was refused',
    open: () => import('./verbs/retry.ts'),
  },
  replay: {
    summary: 'judge rejected records again, as they are kept or as they were mended in rejects.csv',
    open: () => import('./verbs/replay.ts'),
  },
  approve: {
    summary: 'say yes to a load that is held: it goes on and merges',
    open: () => import('./verbs/approve.ts'),
  },
  decline: {
    summary: 'say no to a load that is held: it ends, its table as it was',
    open: () => import('./verbs/decline.ts'),
  },
  undo: {
    summary: 'take a load back: rows that nobody changed since become what they were',
    open: () => import('./verbs/rows/undo.ts'),
  },
  history: {
    summary: 'which loads, objects and lines made a row, and how that is known',
    open: () => import('./verbs/rows/history.ts'),
  },
  cancel: { summary: 'end a load that runs; what it merged stays', open: () => import('./verbs/cancel.ts') },
  release: { summary: 'give a table back whose load is gone', open: () => import('./verbs/release.ts') },
  pause: {
    summary: 'stage and merge nothing more into a table until it is resumed',
    open: () => import('./verbs/pause.ts'),
  },
  resume: { summary: 'merge into a paused table again', open: () => import('./verbs/resume.ts') },
  backfill: {
    summary: 'load what lies in the landing bucket and no load knows',
    open: () => import('./verbs/backfill.ts'),
  },
  doctor: {
    summary: 'check connection, server, rights and ledger, and say what to do about each failure',
    open: () => import('./verbs/doctor.ts'),
  },
  migrate: { summary: 'create or upgrade the ledger in the database', open: () => import('./verbs/migrate.ts') },
  url: { summary: 'the URL of the database, for psql and other clients', open: () => import('./verbs/url.ts') },
  completion: {
    summary: 'a script by which bash, zsh or fish completes what is typed',
    open: () => import('./verbs/shell/completion.ts'),
  },
  stop: { summary: 'stop the embedded server', open: () => import('./verbs/stop.ts') },
};

/** The page that `landfall --help` shows. */
export function overview(): string {
  const width = Math.max(...Object.keys(verbs).map((name) => name.length)) + 2;
  const list = Object.entries(verbs).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return `landfall: files land, rows arrive in PostgreSQL.

usage: landfall VERB ...        (npm run landfall -- VERB ...)

${list.join('\n')}

\`landfall VERB --help\` shows a verb's options. Where neither --database-url nor DATABASE_URL, PGHOST or PGSERVICE
names a database, every verb works on the embedded PostgreSQL 17 that lives in .landfall/. Operators' verbs take --stack NAME: they ask a deployed stack instead.

Exit code: 0 done, 3 the data was refused or the load is held, 1 a technical failure, 64 wrong usage, 130 interrupted.
`;
}
