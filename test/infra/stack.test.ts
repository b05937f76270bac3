import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineFunctions, outsideFunctions } from '../../functions/protocol/pipeline.ts';
import { objectCreatedSchema } from '../../functions/protocol/states.ts';
import { objectCreated } from '../support/object-created.ts';
import { expectOne } from './support/expect-one.ts';
import { plain } from './support/statements.ts';
import { synth, type Synthesized } from './support/synth.ts';
import { datasetsOfJson } from '../../functions/datasets/as-data.ts';
import { datasets } from '../support/sample-datasets.ts';

const names = [...machineFunctions, ...outsideFunctions];

// one synth for all tests: it is what takes the time
let synthesized: Synthesized;
let pipeline: Template;
beforeAll(() => {
  synthesized = synth();
  ({ pipeline } = synthesized);
}, 160_000);
afterAll(() => rmSync(synthesized.folder, { recursive: true, force: true }));

describe('synth without an account', () => {
  test('has every function of the pipeline on the Lambda that the code is written for', () => {
    const functions = pipeline.findResources('AWS::Lambda::Function');
    const handlers: readonly string[] = Object.values(functions).map((each) => each['Properties'].Handler);
    expect(handlers.toSorted()).toEqual(names.map((name) => `${name}.handler`).toSorted());
    const described: readonly string[] = Object.values(functions).map((each) => each['Properties'].Description);
    expect(described.toSorted()).toEqual(names.map((name) => `Landfall: ${name}`).toSorted());
    pipeline.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    });
  });

  test('gives every function a log of its own, which ends', () => {
    const functions = Object.values(pipeline.findResources('AWS::Lambda::Function'));
    const logs = functions.map((each) => plain(each['Properties'].LoggingConfig.LogGroup));
    expect(new Set(logs).size).toBe(names.length);
    expect(logs.every((log) => /^<Functions\w+Logs>$/.test(log))).toBe(true);
    pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  test('protects what is kept from being deleted by accident, and nothing else', () => {
    const manifest = JSON.parse(readFileSync(join(synthesized.folder, 'manifest.json'), 'utf8')) as {
      artifacts: Readonly<Record<string, { properties?: { terminationProtection?: boolean } }>>;
    };
    const isProtected = (name: string): boolean => manifest.artifacts[name]?.properties?.terminationProtection === true;
    expect([isProtected('LandfallData'), isProtected('Landfall')]).toEqual([true, false]);
  });

  test('tells the names that operating it takes', () => {
    const ofFunctions = names.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}FunctionName`);
    expect(Object.keys(pipeline.findOutputs('*')).toSorted()).toEqual(
      [
        ...ofFunctions,
        'LandingBucketName',
        'MissedEventsQueueUrl',
        'ReportsBucketName',
        'StateMachineArn',
        'TopicArn',
        'Version',
      ].toSorted(),
    );
  });

  test('adds no custom resource, so nothing runs in the account that is not ours', () => {
    const types = [pipeline, synthesized.data].flatMap((template) =>
      Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(({ Type }) => Type),
    );
    expect(types.length).toBeGreaterThan(100);
    expect(types.filter((type) => /^(Custom::|AWS::CloudFormation::CustomResource)/.test(type))).toEqual([]);
  });

  test('puts all bundles into one asset: each loads in Node by itself and exports its handler', () => {
    const [asset = '', ...others] = readdirSync(synthesized.folder).filter((name) => name.startsWith('asset.'));
    expect(others).toEqual([]);
    const code = `
      const given = ${JSON.stringify(names)}.map((name) => import('file://${join(synthesized.folder, asset)}/' + name + '.mjs'));
      process.stdout.write(JSON.stringify((await Promise.all(given)).map(({ handler }) => typeof handler)));`;
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', env: {} });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(names.map(() => 'function'));
  });

  test('puts the datasets beside them as data, as the functions read them', () => {
    const [file = ''] = globSync('asset.*/datasets.json', { cwd: synthesized.folder });
    const declared = datasetsOfJson(readFileSync(join(synthesized.folder, file), 'utf8'));
    expect(declared).toEqual(JSON.parse(JSON.stringify(datasets)));
  });
});

describe('what a test may set', () => {
  const bundled = (name: string): readonly string[] =>
    globSync(`asset.*/${name}`, { cwd: synthesized.folder }).map((file) =>
      readFileSync(join(synthesized.folder, file), 'utf8'),
    );

  test('is in no bundle: each reads variables that functions are told, and no other of ours', () => {
    const table = readFileSync('functions/runtime/README.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    // core/redact.ts knows the name of one that commands read: what stands behind it is a password
    const told = ['LANDFALL_FUNCTIONS_DATABASE_URL', ...table.map((line) => line.split('`')[1])];
    const code = bundled('*.mjs');
    expect(code.length).toBeGreaterThan(names.length);
    const read = new Set(code.flatMap((text) => [...text.matchAll(/LANDFALL_[A-Z_]+/g)].map(([name]) => name)));
    expect([...read]).toEqual(expect.arrayContaining(['LANDFALL_LANDING', 'LANDFALL_REPORTS', 'LANDFALL_SOURCES']));
    expect([...read].filter((name) => !told.includes(name))).toEqual([]);
    for (const text of [...code, ...bundled('*.mjs.map')]) expect(text).not.toContain('LANDFALL_TEST');
  });

  test('is no setting of the project itself', () => {
    expect(readFileSync('cdk.json', 'utf8')).not.toContain('testable');
  });
});

describe('the state machine', () => {
  test('names published versions, which stay when a newer one comes', () => {
    const [machine] = Object.values(pipeline.findResources('AWS::StepFunctions::StateMachine'));
    const substituted: Readonly<Record<string, unknown>> = machine?.['Properties'].DefinitionSubstitutions;
    const versions = pipeline.findResources('AWS::Lambda::Version', { DeletionPolicy: 'RetainExceptOnCreate' });
    expect(Object.keys(substituted).toSorted()).toEqual([...machineFunctions].toSorted());
    for (const of of Object.values(substituted)) expect(Object.keys(versions)).toContain((of as { Ref: string }).Ref);
    expect(pipeline.findResources('AWS::Lambda::Alias')).toEqual({});
    expect(pipeline.findResources('AWS::StepFunctions::StateMachineAlias')).toEqual({});
  });

  test('logs, is traced, and ends some time', () => {
    for (const begins of ['InOneCall', 'BeginUndo'])
      expectOne(pipeline, 'AWS::StepFunctions::StateMachine', {
        LoggingConfiguration: { Level: 'ALL', Destinations: Match.anyValue() },
        TracingConfiguration: { Enabled: true },
        DefinitionString: Match.stringLikeRegexp(`"StartAt":"${begins}".*"TimeoutSeconds":129600`),
      });
  });

  test('is given the whole event of an upload, just as Register reads it', () => {
    const rules = Object.values(pipeline.findResources('AWS::Events::Rule')).map((each) => each['Properties']);
    const uploads = rules.filter((rule) => rule.EventPattern.source.includes('aws.s3'));
    const event = objectCreated({ bucket: 'landing', key: 'a.csv', etag: 'e', size: 1, versionId: 'v' }, '01');
    const { source, 'detail-type': detailType, detail } = objectCreatedSchema.parse(event);
    expect(uploads.length).toBeGreaterThan(0);
    for (const { EventPattern, Targets } of uploads) {
      expect(EventPattern).toMatchObject({ source: [source], 'detail-type': [detailType] });
      expect(Object.keys(detail)).toEqual(expect.arrayContaining(Object.keys(EventPattern.detail)));
      expect(plain(EventPattern.detail.bucket.name[0])).toMatch(/LandingBucket/);
      // Arn, RoleArn, the queue of missed ones and retries, but no Input, InputPath or InputTransformer
      expect(Object.keys(Targets[0]).filter((name) => name.startsWith('Input'))).toEqual([]);
    }
    expect(JSON.stringify(pipeline.findResources('AWS::StepFunctions::StateMachine'))).toContain('request.$');
  });
});

test('no secret is in a template: not its value, not a reference that CloudFormation would put in', () => {
  const files = globSync('*.template.json', { cwd: synthesized.folder });
  expect(files.toSorted()).toEqual(['Landfall.template.json', 'LandfallData.template.json']);
  for (const file of files) {
    const text = readFileSync(join(synthesized.folder, file), 'utf8');
    expect(text, file).not.toMatch(/\{\{resolve:|postgres(ql)?:\/\/|DATABASE_URL|password/i);
  }
  const environments = Object.values(pipeline.findResources('AWS::Lambda::Function')).map(
    (each) => each['Properties'].Environment.Variables,
  );
  const logins = environments.map((variables) => variables.DATABASE_SECRET);
  expect(logins.filter((login) => login === 'landfall/database')).toHaveLength(names.length - 1);
});
