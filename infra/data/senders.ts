import { Aws, Token } from 'aws-cdk-lib';
import { AccountPrincipal, ArnPrincipal, type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IBucket, Bucket } from 'aws-cdk-lib/aws-s3';
import { literally } from '../literally.ts';
import { keyArn } from '../settings.ts';

/** Somebody, as a rule in another account, who puts files into the landing bucket. */
export interface Sender {
  /** The beginning of the keys that they may write: a dataset's prefix, or one below it. It ends with a slash. */
  readonly prefix: string;
  /** The id of an account (12 digits), whose own policies then say who of it may; or the ARN of a role or user. */
  readonly principal: string;
  /**
   * ARN of a KMS key of theirs that they encrypt with; the functions may then decrypt with it, which its policy has to allow too.
   * @default - they name none, and the bucket encrypts with its own key, which they may use through S3
   */
  readonly kmsKey?: string | undefined;
}

export interface SenderStatementProps {
  readonly bucket: IBucket;
  readonly sender: Sender;
  /**
   * The KMS key that the bucket encrypts with.
   * @default - `bucket.encryptionKey`; where there is none either, S3's own
   */
  readonly key?: IKey | undefined;
}

/**
 * What the bucket's policy says of one sender: put objects below the prefix, also in parts, and nothing else: no reading, no
 * listing, no deleting, no ACL. The owner of the bucket owns what they put, where `objectOwnership` is BucketOwnerEnforced.
 */
export function senderStatement({ bucket, sender, key = bucket.encryptionKey }: SenderStatementProps): PolicyStatement {
  const used = sender.kmsKey ?? key?.keyArn;
  return new PolicyStatement({
    principals: [principalOf(sender)],
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
    resources: [bucket.arnForObjects(`${literally(sender.prefix)}*`)],
    // parts name no key, and an object need not; what names one of somebody else's could be put and never be read
    ...(used === undefined
      ? {}
      : { conditions: { StringEqualsIfExists: { 's3:x-amz-server-side-encryption-aws-kms-key-id': used } } }),
  });
}

/** Lets the senders put into a bucket of ours, and use its key for that, where they have none of their own. */
export function letSendersIn(props: { bucket: Bucket; key: Key; senders: readonly Sender[] }): void {
  const { bucket, key, senders } = props;
  for (const sender of senders) {
    // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
    bucket.addToResourcePolicy(senderStatement({ bucket: bucket as IBucket, sender, key }));
    if (sender.kmsKey === undefined) key.addToResourcePolicy(senderKeyStatement(sender));
  }
}

/** What the policy of the bucket's key says of one sender. S3 decrypts the parts of an upload when it puts them together. */
export function senderKeyStatement(sender: Sender): PolicyStatement {
  return new PolicyStatement({
    principals: [principalOf(sender)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    // in the policy of a key: this key
    resources: ['*'],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  });
}

function principalOf({ principal }: Sender): IPrincipal {
  return /^\d{12}$/.test(principal) ? new AccountPrincipal(principal) : new ArnPrincipal(principal);
}

/** What is wrong with senders: each problem says which one. */
export function senderProblems(
  senders: readonly Sender[],
  datasets: readonly { readonly prefix: string | null }[],
): readonly string[] {
  const prefixes = datasets.flatMap(({ prefix }) => (prefix === null ? [] : [prefix]));
  return senders.flatMap(({ prefix, principal, kmsKey }, at) => {
    const problems = [
      ...(prefixes.some((each) => prefix.startsWith(each))
        ? []
        : [
            `prefix: ${JSON.stringify(prefix)} is below no dataset's prefix (${prefixes.join(', ') || 'there is none'})`,
          ]),
      // without one, who may write orders/ could write orders-old/ too
      ...(prefix.endsWith('/') ? [] : ['prefix: it ends with a slash']),
      ...(Token.isUnresolved(principal) ||
      /^(\d{12}|arn:[\w-]+:iam::\d{12}:(role|user)\/.+|arn:[\w-]+:iam::\d{12}:root)$/.test(principal)
        ? []
        : ['principal: the id of an account, of 12 digits, or the ARN of a role or user']),
      ...(kmsKey === undefined || Token.isUnresolved(kmsKey) || keyArn.test(kmsKey)
        ? []
        : ['kmsKey: the ARN of a KMS key']),
    ];
    return problems.map((problem) => `senders[${at}].${problem}`);
  });
}
