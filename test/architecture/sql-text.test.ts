import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readFolder } from './repository.ts';

/**
 * Every place where text becomes SQL as it is, with where that text comes from: nothing of it from a file, a person, a
 * dataset, or the ledger. A new place is a line here, with its origin.
 */
const trusted: Readonly<Record<string, readonly [places: number, origin: string]>> = {
  'functions/conflict/range-sql.ts': [1, 'the number of a slice'],
  'functions/contract/declared/declared-sql-sql.ts': [
    5,
    'SQL of a declared dataset, or typed to this command; of no request and no ledger',
  ],
  'functions/core/sql.ts': [3, 'trustedSql itself; separators of join, which are written in the code'],
  'functions/core/comparison.ts': [2, 'equality and collation of a sealed contract'],
  'functions/core/type-name.ts': [1, 'types of a sealed contract'],
  'functions/governor/signals/throttle-query-sql.ts': [1, 'the throttleQuery of a sealed contract'],
  'functions/indexes/build-sql.ts': [
    3,
    'a definition of the ledger that can be nothing but one CREATE INDEX, and is compared with what was built; numbers',
  ],
  'functions/conflict/tombstones-sql.ts': [2, 'the oid of a sealed contract; the number of a load'],
  'functions/ledger/batches/tombstones-sql.ts': [1, 'the number of a slice'],
  'functions/ledger/undos/journalled-sql.ts': [
    3,
    'numbers; collation of a contract compiled in the same call; operators of foreign keys from the catalogue, in the same call',
  ],
  'functions/ledger/rejects/shown-text.ts': [1, 'a number'],
  'functions/transform/vanish/vanishing-sql.ts': [2, 'numbers'],
  'functions/merge/sequences-sql.ts': [4, 'words of ours; the name of a sequence from the catalogue, in the same step'],
  'functions/migrate/migrate.ts': [1, 'a revoke that the catalogue was asked for, its names quoted there'],
  'functions/stage/sql.ts': [3, 'staging types of a sealed contract; the number of a slice'],
  'functions/stage/zone-jumps-sql.ts': [2, 'numbers of ours'],
  'functions/transform/classify-sql.ts': [2, 'the number of a slice; the place of a refusal in its list'],
  'functions/transform/refused/refused-by-rule-sql.ts': [1, 'the place of a refusal in its list'],
  'functions/transform/dry-run/contested-sql.ts': [
    7,
    'numbers; index expressions from the catalogue, in the same transaction',
  ],
  'functions/transform/dry-run/exclusions-sql.ts': [
    3,
    'operators, predicate and definition of a constraint from the catalogue, in the same transaction',
  ],
  'functions/transform/dry-run/standing-sql.ts': [1, 'the number of a load'],
  'functions/transform/kin/kin-sql.ts': [2, 'equality of a sealed contract'],
  'functions/transform/kin/reasons-sql.ts': [3, 'numbers'],
  'functions/transform/kin/refused-sql.ts': [4, 'numbers; collations of a sealed contract'],
  'functions/transform/kin/ties-sql.ts': [2, 'the number of a foreign key'],
  'functions/transform/gate/load-rules-sql.ts': [1, 'SQL of a sealed contract'],
  'functions/transform/keys-sql.ts': [2, 'the number of a slice'],
  'functions/validate/judging/check-functions-sql.ts': [2, 'expressions of a sealed contract'],
  'functions/validate/supplies/derive-sql.ts': [4, 'staging types and expressions of a sealed contract'],
  'functions/validate/supplies/lineage-sql.ts': [1, 'staging types of a sealed contract'],
  'functions/validate/rules/rows/absent-row-rules.ts': [1, 'collation of a sealed contract'],
  'functions/transform/refused/contradict-sql.ts': [1, 'a number'],
  'functions/validate/rules/rule.ts': [1, 'a number'],
  'functions/validate/judging/target-facts.ts': [
    2,
    'operators and collations from the catalogue, in the same transaction',
  ],
  'functions/validate/rules/types/fraction-rules.ts': [1, 'types of ours with a number'],
};

/** Statements that no tag built: settings and savepoints, which are db/'s, migrations, and what the drivers of COPY need. */
const untagged: readonly string[] = [
  'functions/db/client.ts',
  'functions/db/copy.ts',
  'functions/db/meanings.ts',
  'functions/db/one-message.ts',
  'functions/db/savepoint.ts',
  'functions/db/session/kept-sessions.ts',
  'functions/db/settings.ts',
  'functions/db/sheltered.ts',
  'functions/db/watched.ts',
  'functions/migrate/migrate.ts',
  'localstack/demo/tables.ts',
];

const files = ['functions', 'localstack', 'cli', 'infra'].flatMap((folder) =>
  readFolder(folder).map(({ path }) => ({
    path,
    text: readFileSync(path, 'utf8').replaceAll(/^import [^;]*;$/gmu, ''),
  })),
);

function placesOf(pattern: RegExp): Readonly<Record<string, number>> {
  const counts = files.map(({ path, text }) => [path, [...text.matchAll(pattern)].length] as const);
  return Object.fromEntries(counts.filter(([, places]) => places > 0));
}

test('text becomes SQL only where its origin is written down', () => {
  const listed = Object.fromEntries(Object.entries(trusted).map(([path, [places]]) => [path, places]));
  expect(placesOf(/\btrustedSql\b/gu)).toEqual(listed);
});

test('a statement without the tag is written only where it is listed', () => {
  expect(Object.keys(placesOf(/\b(?:db|client)\.query[<(]/gu))).toEqual(untagged);
});

test('the contract of the ledger is read for SQL by readPlannedLoad, currentContract and Finish alone', () => {
  const reads = files
    .filter(({ path }) => /^functions\/(?:extract|stage|validate|transform|merge)\//u.test(path))
    .filter(({ text }) => /\b(?:readLoad|findLoad)\(/u.test(text))
    .map(({ path }) => path);
  expect(reads).toEqual([
    // its object and what is said of that: nothing that becomes SQL
    'functions/extract/acquire.ts',
    // of the load whose rejects are replayed: its object and format, nothing that becomes SQL
    'functions/extract/become-replay.ts',
    'functions/extract/current-contract.ts',
    'functions/extract/plan-slices.ts',
    // of the same
    'functions/extract/register.ts',
    'functions/extract/replay-object.ts',
    // its contract is the one that currentContract compiled
    'functions/extract/sets/asked-objects.ts',
    // the objects of a window's load: nothing that becomes SQL
    'functions/extract/sets/gathered.ts',
    'functions/extract/sets/without-loaded.ts',
    'functions/merge/finish.ts',
    // whose table, and how long to wait for a lock: nothing that becomes SQL
    'functions/merge/rebuild-indexes.ts',
    // what becomes SQL of an undo is compiled of dataset and catalogue in each call: of the ledger's contract it is only compared with
    'functions/merge/undo/begin-undo.ts',
    'functions/merge/undo/undo-rows.ts',
  ]);
});
