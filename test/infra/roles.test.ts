import { beforeAll, describe, expect, test } from 'vitest';
import { feeds } from './support/feeds.ts';
import { type Statement, statements } from './support/statements.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

let made: Unbundled;
let all: readonly Statement[];
let iam: readonly Statement[];
beforeAll(() => {
  made = templates({ databaseSecret: 'warehouse/loader', migrateSecret: 'warehouse/owner' }, feeds);
  all = statements(made.pipeline);
  const login = { databaseHost: 'db', databaseName: 'd', databaseUser: 'loader', databaseResourceId: 'db-ABC' };
  iam = statements(templates({ ...login, vpc: 'new' }).pipeline);
}, 120_000);

test('what each role may do is what was reviewed', () => {
  const lines = all.map(
    ({ role, effect, actions, resources, condition }) =>
      `${role}: ${effect} ${actions.join(' ')} on ${resources.join(', ')}${condition === null ? '' : ` if ${condition}`}`,
  );
  expect(lines.toSorted().join('\n')).toMatchSnapshot();
});

test('everything a role may do is in its own policy: none is managed, none inline', () => {
  const roles = Object.values(made.pipeline.findResources('AWS::IAM::Role')).map((each) => each['Properties']);
  expect(roles.length).toBeGreaterThan(11);
  for (const role of roles) {
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(role.Policies).toBeUndefined();
  }
});

test('no action is a wildcard, and no resource is all of them but where AWS takes no other', () => {
  expect(all.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  const anywhere = [...all, ...iam].filter(({ resources }) => resources.includes('*'));
  // log delivery, traces and network interfaces belong to no resource that a policy could name
  const services = new Set(anywhere.flatMap(({ actions }) => actions.map((action) => action.split(':')[0])));
  expect(services).toEqual(new Set(['ec2', 'logs', 'xray']));
});

describe('the buckets', () => {
  const writers = (bucket: string): readonly string[] => [
    ...new Set(
      all
        .filter(({ actions }) => actions.some((action) => /^s3:(Put|Delete|Abort|Restore)/u.test(action)))
        .filter(({ resources }) => resources.some((resource) => resource.includes(bucket)))
        .map(({ role }) => role),
    ),
  ];

  test('nobody but fetch writes what lands, and only under the prefixes of what it fetches; extract and what does its work write replays', () => {
    expect(writers('LandingBucket').toSorted()).toEqual([
      '<FunctionsExtractRole>',
      '<FunctionsFetchRole>',
      '<FunctionsWholeRole>',
    ]);
    const replays = all.filter(({ role, actions }) => role.includes('Extract') && actions.includes('s3:PutObject'));
    expect(replays.flatMap(({ resources }) => resources)).toEqual([
      expect.stringMatching(/LandingBucket.*>\/\.landfall\/\*$/u),
    ]);
    const puts = all.filter(({ role, actions }) => role.includes('Fetch') && actions.includes('s3:PutObject'));
    expect(puts.flatMap(({ resources }) => resources)).toEqual([
      expect.stringMatching(/LandingBucket.*>\/rates\/\*$/u),
    ]);
  });

  test('nobody but report and what does its work writes reports, and sweep deletes them', () => {
    expect(writers('ReportsBucket').toSorted()).toEqual([
      '<FunctionsReportRole>',
      '<FunctionsSweepRole>',
      '<FunctionsWholeRole>',
    ]);
    const sweeps = all.filter(({ role, resources }) => role.includes('Sweep') && resources.join().includes('Reports'));
    expect(sweeps.flatMap(({ actions }) => actions)).toEqual(['s3:DeleteObject']);
  });

  test('nobody else deletes an object', () => {
    const deletes = all.filter(({ actions }) => actions.some((action) => action.startsWith('s3:Delete')));
    expect(deletes.flatMap(({ role, actions, resources }) => [role, ...actions, ...resources])).toEqual([
      '<FunctionsSweepRole>',
      's3:DeleteObject',
      expect.stringMatching(/ReportsBucket.*>\/reports\/\*$/u),
    ]);
  });

  test('the key opens what S3 asks for, and nothing else', () => {
    const uses = all.filter(({ resources }) => resources.some((resource) => resource.includes('FnGetAttKey')));
    expect(uses.length).toBeGreaterThan(5);
    for (const { condition } of uses) expect(condition).toContain('kms:ViaService');
  });
});

test('other buckets are read where they are declared, by the steps that load, and functions are told of them', () => {
  const { pipeline } = templates({ sourceBuckets: 'files-of-a, files-of-b' });
  const grants = statements(pipeline).filter(({ resources }) =>
    resources.some((resource) => resource.includes('files-of-')),
  );
  expect(new Set(grants.flatMap(({ actions }) => actions))).toEqual(
    new Set(['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket']),
  );
  expect([...new Set(grants.map(({ role }) => role))].toSorted()).toEqual(
    ['Extract', 'Merge', 'Stage', 'Transform', 'Validate', 'Whole'].map((name) => `<Functions${name}Role>`),
  );
  const variables = Object.values(pipeline.findResources('AWS::Lambda::Function')).map(
    (each) => each['Properties'].Environment.Variables as Record<string, unknown>,
  );
  const loaders = variables.filter((each) => each['LANDFALL_REPORTS'] !== undefined);
  expect(loaders).toHaveLength(10);
  for (const each of loaders)
    expect(each).toMatchObject({ LANDFALL_LANDING: expect.anything(), LANDFALL_SOURCES: 'files-of-a,files-of-b' });
});

describe('the database', () => {
  const readers = (secret: string): readonly string[] =>
    all
      .filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'))
      .filter(({ resources }) => resources.some((resource) => resource.endsWith(`:secret:${secret}-??????`)))
      .map(({ role }) => role);

  test('each function reads just its secret: only migrations the owner, only fetch a login of a source', () => {
    expect(readers('warehouse/owner')).toEqual(['<FunctionsMigrateRole>']);
    expect(readers('rates/login')).toEqual(['<FunctionsFetchRole>']);
    expect(readers('warehouse/loader').toSorted()).toEqual(
      ['Extract', 'Merge', 'Operate', 'Recorder', 'Report', 'Stage', 'Sweep', 'Transform', 'Validate', 'Whole'].map(
        (name) => `<Functions${name}Role>`,
      ),
    );
  });

  test('with IAM authentication nobody reads a secret, and everybody logs in as one user of one database', () => {
    expect(iam.flatMap(({ actions }) => actions)).not.toContain('secretsmanager:GetSecretValue');
    const connects = iam.filter(({ actions }) => actions.includes('rds-db:connect'));
    expect(connects).toHaveLength(11);
    for (const { resources } of connects)
      expect(resources).toEqual([expect.stringMatching(/:dbuser:db-ABC\/loader$/u)]);
  });
});

test('only operate and sweep start loads, operate undos too, of these machines only', () => {
  const starts = all.filter(({ actions }) => actions.some((action) => action.startsWith('states:')));
  const roles = new Set(starts.map(({ role }) => role));
  // the rule's own role starts what an upload asks for
  expect([...roles].toSorted()).toEqual(['<FunctionsOperateRole>', '<FunctionsSweepRole>', '<UploadsRole>']);
  for (const { resources } of starts) {
    for (const resource of resources) expect(resource).toMatch(/LoadMachine|UndoMachine/u);
  }
});

test('only recorder and sweep write to people', () => {
  const publishers = all.filter(({ actions }) => actions.includes('sns:Publish')).map(({ role }) => role);
  expect(publishers.toSorted()).toEqual(['<FunctionsRecorderRole>', '<FunctionsSweepRole>']);
});
