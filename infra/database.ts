import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** A PostgreSQL that is there. It is reached by a secret, or by IAM: then host, name, user and resource id. */
export interface ExistingDatabaseProps {
  /**
   * The login of `landfall_loader`: a secret of this app, or the name or ARN of one. Its text is a postgres:// URL, or the JSON
   * that RDS writes (`host`, `port`, `username`, `password`, `dbname`).
   * @default - IAM authentication
   */
  readonly secret?: string | ISecret | undefined;
  /** For IAM authentication: the name of the server, which its certificate has too. */
  readonly host?: string | undefined;
  /** @default 5432 */
  readonly port?: number | undefined;
  /** For IAM authentication: the database. */
  readonly name?: string | undefined;
  /** For IAM authentication: the role of the database that the functions log in as. */
  readonly user?: string | undefined;
  /** For IAM authentication: what IAM knows the database by: `db-...`, `cluster-...`, or `prx-...` of an RDS Proxy. */
  readonly resourceId?: string | undefined;
  /**
   * The database's security group (`sg-...`), which then lets the functions in.
   * @default - you let them in: `database.connections.allowDefaultPortFrom(landfall)`
   */
  readonly securityGroup?: string | ISecurityGroup | undefined;
  /**
   * What CloudWatch calls the cluster of Aurora (DBClusterIdentifier); then alarms watch it.
   * @default - no alarm of the database
   */
  readonly clusterId?: string | undefined;
  /**
   * What CloudWatch calls the instance of RDS (DBInstanceIdentifier); then alarms watch it. Or clusterId, not both.
   * @default - no alarm of the database
   */
  readonly instanceId?: string | undefined;
  /**
   * Its `max_connections`, of which the alarm is at four fifths; only where it is watched.
   * @default 100
   */
  readonly maxConnections?: number | undefined;
  /**
   * GB (10^9 bytes) of an instance's storage that must be free, or an alarm goes off.
   * @default 20
   */
  readonly freeGigabytes?: number | undefined;
}

/** An Aurora PostgreSQL 17 Serverless v2 of the stack's own: one writer, reached by IAM only, kept when the stack goes. */
export interface AuroraDatabaseProps {
  /**
   * The database that it begins with: letters, digits and underscores, at most 63.
   * @default 'app'
   */
  readonly name?: string | undefined;
  /** @default 5432 */
  readonly port?: number | undefined;
  /**
   * Aurora capacity units (2 GiB of memory each) that are always there, in steps of 0.5.
   * @default 0.5
   */
  readonly minUnits?: number | undefined;
  /**
   * Units that it grows to under load.
   * @default 8
   */
  readonly maxUnits?: number | undefined;
  /**
   * Days that it can be set back by, 1 to 35.
   * @default 14
   */
  readonly backupDays?: number | undefined;
  /**
   * After it was restored to another cluster: that one's host, where the functions find it from now on.
   * @default - the cluster that the stack made
   */
  readonly host?: string | undefined;
  /** Beside `host`: what IAM knows that cluster by, `cluster-...`. */
  readonly resourceId?: string | undefined;
  /** Beside `host`: what CloudWatch calls that cluster, for the alarms. */
  readonly clusterId?: string | undefined;
  /** Beside `host`: the security group of that cluster, which then lets the functions in. */
  readonly securityGroup?: string | ISecurityGroup | undefined;
}

/** Where rows go: what `existing` or `aurora` answer. */
export interface Database {
  readonly kind: 'existing' | 'aurora';
  readonly props: Readonly<ExistingDatabaseProps & AuroraDatabaseProps>;
}

/** A PostgreSQL that is there, 17 for one, which the functions can reach and whose certificate they can check. */
export function existing(props: ExistingDatabaseProps): Database {
  return { kind: 'existing', props };
}

/**
 * The database is made too: an Aurora PostgreSQL 17, in the VPC of the functions, or in a new one where none is given. Roles and
 * tables are made in it by hand, as docs/deploy.md says, with its administrator's login over the Data API.
 */
export function aurora(props: AuroraDatabaseProps = {}): Database {
  return { kind: 'aurora', props };
}
