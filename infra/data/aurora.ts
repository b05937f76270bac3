import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnSecurityGroupIngress,
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  AuroraPostgresEngineVersion,
  type CfnDBCluster,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { AuroraSettings } from '../settings.ts';

export interface AuroraProps extends AuroraSettings {
  readonly vpc: IVpc;
  /** Of two zones at least. */
  readonly vpcSubnets: SubnetSelection;
  /** Encrypts its storage and its backups. */
  readonly key: IKey;
  /** Of the functions: nobody else gets in. */
  readonly functionsGroupId: string;
  readonly port: number;
}

/** Who makes the roles and the tables, by the Data API; no function logs in as it. */
const administrator = 'landfall_admin';

/**
 * The target as an Aurora PostgreSQL 17 of the stack's own: Serverless v2, one writer. It is kept when the stack goes, and
 * cannot be deleted before its protection is taken off.
 */
export class Aurora extends Construct {
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  /** What IAM knows it by: `cluster-...`. */
  readonly resourceId: string;
  /** What its metrics are named by. */
  readonly clusterId: string;
  readonly arn: string;
  /** The administrator's login, which RDS makes and turns over every week. */
  readonly administratorSecretArn: string;

  constructor(scope: Construct, id: string, props: AuroraProps) {
    super(scope, id);
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_9 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      serverlessV2MinCapacity: props.minUnits,
      serverlessV2MaxCapacity: props.maxUnits,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: [this.group(props)],
      port: props.port,
      defaultDatabaseName: props.databaseName,
      credentials: Credentials.fromUsername(administrator),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      // the only way in for a person: the subnets have no way in or out
      enableDataApi: true,
      storageEncrypted: true,
      storageEncryptionKey: props.key,
      backup: { retention: Duration.days(props.backupDays) },
      deleteAutomatedBackups: false,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      parameters: {
        // the default of 17, written down so that no other group of parameters undoes it unseen
        'rds.force_ssl': '1',
        log_connections: '1',
      },
    });
    acknowledge(cluster, {
      'AwsSolutions-RDS11': 'a port hides nothing: no route leads here, and only the functions’ group gets in',
    });
    this.host = cluster.clusterEndpoint.hostname;
    this.port = props.port;
    this.databaseName = props.databaseName;
    this.resourceId = cluster.clusterResourceIdentifier;
    this.clusterId = cluster.clusterIdentifier;
    this.arn = cluster.clusterArn;
    this.administratorSecretArn = (cluster.node.defaultChild as CfnDBCluster).attrMasterUserSecretSecretArn;
  }

  /** In from the functions, out to nowhere. */
  private group({ vpc, functionsGroupId, port }: AuroraProps): ISecurityGroup {
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'Landfall: the database, for its functions',
      allowAllOutbound: false,
    });
    new CfnSecurityGroupIngress(this, 'FromFunctions', {
      groupId: group.securityGroupId,
      sourceSecurityGroupId: functionsGroupId,
      description: 'Landfall functions',
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
    });
    return group;
  }
}
