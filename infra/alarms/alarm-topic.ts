import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { PipelineFunction } from '../functions/pipeline-function.ts';

export interface AlarmTopicProps {
  /** Who is told; nobody where it is not given: the topic can be subscribed at any time. */
  readonly email?: string | undefined;
  /** One that is there: its policy and its key are whose it is. Null: one is made. */
  readonly given: ITopic | null;
}

/**
 * Where alarms and failed loads are told. Its key is its own: the services that publish may use it, and it opens no file.
 * AWS's own key for topics will not do, since CloudWatch may not use that one.
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { email, given }: AlarmTopicProps) {
    super(scope, id);
    this.topic = given ?? this.ownTopic(email);
    this.key = this.topic.masterKey;
  }

  /** Lets a function write to people. */
  grantPublish(made: PipelineFunction): void {
    made.allow(['sns:Publish'], this.topic.topicArn);
    if (this.key !== undefined) made.allow(['kms:Decrypt', 'kms:GenerateDataKey'], this.key.keyArn);
  }

  private ownTopic(email: string | undefined): ITopic {
    const key = new Key(this, 'Key', {
      description: 'Landfall: messages to people',
      enableKeyRotation: true,
      // nothing is kept that it encrypts
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = new Topic(this, 'Topic', { displayName: 'Landfall', masterKey: key, enforceSSL: true });
    const publishers = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: publishers,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        // in the policy of a key: this key
        resources: ['*'],
        conditions,
      }),
    );
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: publishers,
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions,
      }),
    );
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}
