import { expect, test } from 'vitest';
import { isAllowed, type Policy, type Question } from './support/evaluate-policies.ts';

const account = '111122223333';
const role = `arn:aws:sts::${account}:assumed-role/loader/session`;
const roleArn = `arn:aws:iam::${account}:role/loader`;
const ownAccount = `arn:aws:iam::${account}:root`;
const object = 'arn:aws:s3:::landing/plain/a.csv';

const policy = (...statements: readonly object[]): Policy => ({ Version: '2012-10-17', Statement: statements });
const allow = (more: object = {}): object => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: object, ...more });
const deny = (more: object = {}): object => ({ ...allow(more), Effect: 'Deny' });

function ask(own: Policy | null, ofResource: Policy | null = null, more: Partial<Question> = {}): boolean {
  return isAllowed({
    principal: role,
    account,
    action: 's3:GetObject',
    resource: object,
    context: {},
    identityPolicies: own === null ? [] : [own],
    resourcePolicy: ofResource,
    ...more,
  });
}

// the rules of the evaluation logic that IAM publishes, one by one
test.each([
  ['what nobody allows is denied', ask(null), false],
  ['the principal’s own policy suffices', ask(policy(allow())), true],
  ['the resource’s policy suffices', ask(null, policy(allow({ Principal: { AWS: roleArn } }))), true],
  ['for everybody too', ask(null, policy(allow({ Principal: '*' }))), true],
  [
    'but not for a role whose name begins alike',
    ask(null, policy(allow({ Principal: { AWS: `${roleArn}s` } }))),
    false,
  ],
  ['a deny of its own wins', ask(policy(allow(), deny())), false],
  ['a deny of the resource wins', ask(policy(allow()), policy(deny({ Principal: { AWS: '*' } }))), false],
  ['a deny for somebody else does not', ask(policy(allow()), policy(deny({ Principal: { AWS: 'other' } }))), true],
  [
    'an account in the resource’s policy does not allow by itself',
    ask(null, policy(allow({ Principal: { AWS: ownAccount } }))),
    false,
  ],
  ['a service is not a role', ask(null, policy(allow({ Principal: { Service: 's3.amazonaws.com' } }))), false],
  ['actions are compared without their case', ask(policy(allow({ Action: 'S3:getobject' }))), true],
  ['resources are not', ask(policy(allow({ Resource: object.toUpperCase() }))), false],
  ['another action is not meant', ask(policy(allow({ Action: 's3:GetObjectVersion' }))), false],
])('%s', (_, answer, right) => expect(answer).toBe(right));

test.each([
  ['arn:aws:s3:::landing/*', true],
  ['arn:aws:s3:::landing/*.csv', true],
  ['arn:aws:s3:::*/plain/*', true],
  ['arn:aws:s3:::landing/plain/?.csv', true],
  ['arn:aws:s3:::landing/plain/??.csv', false],
  ['arn:aws:s3:::landing/plain/a.csv*', true],
  ['arn:aws:s3:::landing/plain/a.c', false],
  ['arn:aws:s3:::landing', false],
  ['arn:aws:s3:::landing/plain/a.csv*a.csv', false],
  ['*', true],
])('the resource %s: %s', (Resource, right) => expect(ask(policy(allow({ Resource })))).toBe(right));

test.each([
  ['Bool', 'k', 'true', { k: 'true' }, true],
  ['Bool', 'k', 'true', {}, false],
  ['StringEquals', 'k', ['a', 'b'], { k: 'b' }, true],
  ['StringEquals', 'k', 'a*', { k: 'ab' }, false],
  ['StringNotEquals', 'k', 'a', { k: 'b' }, true],
  ['StringNotEquals', 'k', 'a', {}, true],
  ['StringLike', 'k', 'a*', { k: 'ab' }, true],
  ['StringNotLike', 'k', 'a*', { k: 'ab' }, false],
  ['ArnLike', 'k', 'arn:*', { k: 'arn:x' }, true],
  ['ArnNotLike', 'k', 'arn:*', {}, true],
  ['NumericLessThan', 'k', '1.2', { k: '1.1' }, true],
  ['NumericLessThan', 'k', '1.2', { k: '1.2' }, false],
] as const)('the condition %s of %s with %s, asked with %o: %s', (operator, key, wanted, context, right) => {
  expect(ask(policy(allow({ Condition: { [operator]: { [key]: wanted } } })), null, { context })).toBe(right);
});

const onKey = { action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-central-1:111122223333:key/1' };
const own = policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' });
const trust = { action: 'sts:AssumeRole', resource: roleArn };
test.each([
  ['a key that says nothing opens for nobody', ask(own, null, onKey), false],
  [
    'a key that names the account opens for its policies',
    ask(own, policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: ownAccount } }), onKey),
    true,
  ],
  [
    'and for nobody without one',
    ask(null, policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: ownAccount } }), onKey),
    false,
  ],
  [
    'a role is taken by whom it trusts',
    ask(null, policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: roleArn } }), trust),
    true,
  ],
  [
    'and by nobody else',
    ask(
      policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }),
      policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ownAccount } }),
      trust,
    ),
    false,
  ],
])('%s', (_, answer, right) => expect(answer).toBe(right));

test.each([
  ['NotAction', { NotAction: 's3:*' }],
  ['DateLessThan', { Condition: { DateLessThan: { k: '2026' } } }],
  ['Federated', { Principal: { Federated: 'x' } }],
  ['policy variable', { Resource: 'arn:aws:s3:::landing/${aws:username}' }],
])('what it does not know it does not judge: %s', (word, more) => {
  expect(() => ask(policy(allow()), policy(allow(more)), {})).toThrow(word);
});
