import type { Template } from 'aws-cdk-lib/assertions';

/** The account, region and names that the templates are read with: AWS's own example account. */
export const account = '111122223333';
export const region = 'eu-central-1';
const pseudo: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackName': 'Landfall',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A resource of a template, whatever its type. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Both stacks as they would stand in an account: every reference is the name or the ARN that it means there. */
export interface Deployed {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Replaces every reference in a value. @throws Error for one that this file has no name for. */
  readonly resolve: (written: unknown) => unknown;
  /** The ARN of the one resource that a person calls so: its logical id without the hash. */
  readonly arnOf: (name: string) => string;
}

type Exports = Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;

/** Puts the templates together by the names that one exports and the other imports. */
export function deployed(templates: readonly Template[]): Deployed {
  const all = templates.map((template) => template.toJSON());
  const resources: Record<string, Resource> = Object.assign({}, ...all.map(({ Resources }) => Resources));
  const exported = new Map(
    all.flatMap(({ Outputs = {} }) =>
      Object.values(Outputs as Exports).map(({ Export, Value }) => [Export?.Name ?? '', Value] as const),
    ),
  );
  const resolve = (written: unknown): unknown => {
    if (Array.isArray(written)) return written.map(resolve);
    if (typeof written !== 'object' || written === null) return written;
    const entries = Object.entries(written);
    const [kind, of] = entries[0] ?? [];
    if (entries.length !== 1 || kind === undefined || !/^(Ref$|Fn::)/u.test(kind)) {
      return Object.fromEntries(entries.map(([name, value]) => [name, resolve(value)]));
    }
    return reference(kind, of);
  };
  const reference = (kind: string, of: unknown): unknown => {
    switch (kind) {
      case 'Ref':
        return pseudo[String(of)] ?? nameOf(String(of), resources[String(of)]);
      case 'Fn::GetAtt': {
        const [id, attribute] = of as readonly [string, string];
        return attributeOf(id, attribute, resources[id]);
      }
      case 'Fn::ImportValue':
        return resolve(exported.get(String(of)) ?? missing(`no stack exports ${String(of)}`));
      case 'Fn::Join': {
        const [delimiter, parts] = of as readonly [string, readonly unknown[]];
        return parts.map(resolve).join(delimiter);
      }
      default:
        return missing(`no meaning for ${kind}`);
    }
  };
  const arnOf = (name: string): string => {
    const [id, ...others] = Object.keys(resources).filter((each) => plainId(each) === name);
    if (id === undefined || others.length > 0) return missing(`not exactly one resource is called ${name}`);
    return attributeOf(id, 'Arn', resources[id]);
  };
  return { resources, resolve, arnOf };
}

/** The logical id without CloudFormation's hash: how a person calls it. */
export function plainId(id: string): string {
  return id.replace(/[0-9A-F]{8}$/u, '');
}

/** What `Ref` means: an ARN for some types, a name for others. */
function nameOf(id: string, resource: Resource | undefined): string {
  switch (resource?.Type) {
    case 'AWS::SNS::Topic':
    case 'AWS::StepFunctions::StateMachine':
      return attributeOf(id, 'Arn', resource);
    case 'AWS::S3::Bucket':
      return plainId(id).toLowerCase();
    case 'AWS::IAM::Role':
    case 'AWS::Lambda::Function':
      return plainId(id);
    default:
      return missing(`no name for ${id}, ${resource?.Type}`);
  }
}

function attributeOf(id: string, attribute: string, resource: Resource | undefined): string {
  const name = plainId(id);
  if (attribute === 'Name') return name;
  if (resource?.Type === 'AWS::RDS::DBCluster' && attribute === 'DBClusterResourceId') return 'cluster-OFTHESTACK';
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
  switch (attribute === 'Arn' ? resource?.Type : null) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${name.toLowerCase()}`;
    case 'AWS::KMS::Key':
      return arn('kms', `key/${uuidOf(id)}`);
    case 'AWS::SNS::Topic':
      return arn('sns', name);
    case 'AWS::SQS::Queue':
      return arn('sqs', name);
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${name}`);
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${name}:*`);
    case 'AWS::StepFunctions::StateMachine':
      return arn('states', `stateMachine:${name}`);
    case 'AWS::Events::Rule':
      return arn('events', `rule/${name}`);
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${account}:role/${name}`;
    default:
      return missing(`no value for ${attribute} of ${id}, ${resource?.Type}`);
  }
}

/** Keys are named by a UUID: one that differs from id to id. */
function uuidOf(id: string): string {
  return `00000000-0000-4000-8000-${Buffer.from(id).toString('hex').slice(-12)}`;
}

function missing(what: string): never {
  throw new Error(`test/infra/support/deployed.ts: ${what}`);
}
