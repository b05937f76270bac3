import { account, type Deployed, plainId, type Resource } from './deployed.ts';
import { isAllowed, type Policy } from './evaluate-policies.ts';

/** Who asks for what: the action as IAM writes it, and the ARN that it is about. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request, beside those of any request over TLS from this account. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Any request that these stacks make: over TLS 1.3, and from the account that they are in. */
const usual = {
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  'aws:SourceAccount': account,
  'aws:PrincipalAccount': account,
};

/** The answers of IAM by its published logic (evaluate-policies.ts), to the policies that are in the templates. */
export interface Iam {
  /** Every role there is, as the template calls it. */
  readonly roles: readonly string[];
  /** Whether this role may; its own policies, those of the resource, and what neither says is no. */
  readonly may: (role: string, request: Request) => boolean;
  /** Whether a service of AWS may by itself, or somebody else's user: what only the resource's policy can allow. */
  readonly mayFromOutside: (principal: string, request: Request) => boolean;
  /** Every role that may. */
  readonly whoMay: (request: Request) => readonly string[];
}

/** Reads roles and policies of the deployed templates. */
export function iamOf(inAccount: Deployed): Iam {
  const { resources, resolve } = inAccount;
  const all = Object.entries(resources);
  const of = (type: string): readonly (readonly [string, Resource])[] => all.filter(([, { Type }]) => Type === type);
  const roles = of('AWS::IAM::Role').map(([id]) => plainId(id));
  const identity = of('AWS::IAM::Policy').map(([, { Properties }]) => ({
    roles: resolve(Properties['Roles']) as readonly string[],
    policy: resolve(Properties['PolicyDocument']) as Policy,
  }));
  const byResource = resourcePolicies(inAccount);

  const ask = (
    principal: string,
    identityPolicies: readonly Policy[],
    { action, resource, context }: Request,
  ): boolean => {
    const resourcePolicy =
      byResource.find(({ arn }) => resource === arn || resource.startsWith(`${arn}/`))?.policy ?? null;
    const everyContext = { ...usual, ...context };
    return isAllowed({ principal, account, action, resource, context: everyContext, identityPolicies, resourcePolicy });
  };
  const may: Iam['may'] = (role, request) => {
    if (!roles.includes(role)) throw new Error(`no role ${role}; there are ${roles.join(', ')}`);
    const own = identity.filter((each) => each.roles.includes(role)).map(({ policy }) => policy);
    return ask(`arn:aws:sts::${account}:assumed-role/${role}/session`, own, request);
  };
  return {
    roles,
    may,
    mayFromOutside: (principal, request) => ask(principal, [], request),
    whoMay: (request) => roles.filter((role) => may(role, request)),
  };
}

/** The policies that resources have of their own: buckets, keys, the topic, the queue, and who may take which role. */
function resourcePolicies({ resources, resolve }: Deployed): readonly { arn: string; policy: Policy }[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    const policy = (name: string): Policy => resolve(Properties[name]) as Policy;
    const arnOf = (written: unknown): string => resolve(written) as string;
    switch (Type) {
      case 'AWS::S3::BucketPolicy':
        return [{ arn: `arn:aws:s3:::${arnOf(Properties['Bucket'])}`, policy: policy('PolicyDocument') }];
      case 'AWS::KMS::Key':
        return [{ arn: arnOf({ 'Fn::GetAtt': [id, 'Arn'] }), policy: policy('KeyPolicy') }];
      case 'AWS::IAM::Role':
        return [{ arn: arnOf({ 'Fn::GetAtt': [id, 'Arn'] }), policy: policy('AssumeRolePolicyDocument') }];
      case 'AWS::SNS::TopicPolicy':
        return (Properties['Topics'] as readonly unknown[]).map((topic) => ({
          arn: arnOf(topic),
          policy: policy('PolicyDocument'),
        }));
      case 'AWS::SQS::QueuePolicy':
        return (Properties['Queues'] as readonly { Ref: string }[]).map(({ Ref }) => ({
          arn: arnOf({ 'Fn::GetAtt': [Ref, 'Arn'] }),
          policy: policy('PolicyDocument'),
        }));
      default:
        return [];
    }
  });
}
