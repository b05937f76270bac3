import type { SelectedSubnets, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Sender } from './data/senders.ts';

/** Somebody's own VPC, and where in it the functions run. */
export interface GivenVpc {
  readonly vpc: IVpc;
  readonly selection: SubnetSelection;
  readonly selected: SelectedSubnets;
}

/** What a host's app brings as constructs, and what is made where it brings none. */
export interface Given {
  /** Its policy, its key and what it tells EventBridge stay whose it is. */
  readonly landing: { readonly bucket: IBucket; readonly key: IKey | null } | null;
  readonly vpc: GivenVpc | null;
  readonly topic: ITopic | null;
  readonly permissionsBoundary: IManagedPolicy | null;
  readonly senders: readonly Sender[];
}

export const nothingGiven: Given = {
  landing: null,
  vpc: null,
  topic: null,
  permissionsBoundary: null,
  senders: [],
};
