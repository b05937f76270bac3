/** Verbs that ask no ledger, or do without where a project or a table is not asked for. */
export const ledgerless: readonly string[] = ['url', 'stop', 'sniff', 'check', 'completion', 'init'];

/** What is typed behind each verb of the command, in the order of its help: of load 1, a table with the key `id`, and a file of it. */
export function typedVerbs({
  file,
  table,
  prefix = '',
}: {
  readonly file: string;
  readonly table: string;
  readonly prefix?: string;
}): Readonly<Record<string, readonly string[]>> {
  return {
    load: [file, '--into', table, '--key', 'id'],
    plan: [file, '--into', table, '--key', 'id'],
    init: [file, '--into', table],
    sniff: [file, '--into', table],
    check: [],
    dev: [],
    status: [],
    watch: [],
    list: [],
    explain: ['1'],
    rejects: ['1'],
    retry: ['1'],
    replay: ['1'],
    approve: ['1'],
    decline: ['1', '--reason', 'no'],
    undo: ['1'],
    history: [table, '--key', '1'],
    cancel: ['1'],
    release: [table],
    pause: [table],
    resume: [table],
    backfill: [prefix, '--since', '1h'],
    doctor: [table],
    migrate: [],
    url: [],
    completion: ['bash'],
    stop: [],
  };
}
