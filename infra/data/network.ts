import {
  CfnSecurityGroup,
  CfnSecurityGroupIngress,
  GatewayVpcEndpointAwsService,
  type IVpc,
  IpAddresses,
  InterfaceVpcEndpointAwsService,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { GivenVpc } from '../given.ts';
import type { Settings } from '../settings.ts';

const https = 443;

export interface NetworkProps {
  readonly settings: Settings;
  /** Null: as the settings say. */
  readonly given: GivenVpc | null;
}

/** Where the functions reach a database that has no public address: subnets, and the group that the functions are in. */
export class Network extends Construct {
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** Where a database can be made; null where only the names of a VPC and its subnets are known. */
  readonly place: { readonly vpc: IVpc; readonly vpcSubnets: SubnetSelection } | null;

  constructor(scope: Construct, id: string, { settings, given }: NetworkProps) {
    super(scope, id);
    const vpc = given === null && settings.vpc === 'new' ? this.isolatedVpc(settings) : null;
    const isolated = { subnetType: SubnetType.PRIVATE_ISOLATED };
    if (given !== null) this.place = { vpc: given.vpc, vpcSubnets: given.selection };
    // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
    else this.place = vpc === null ? null : { vpc: vpc as IVpc, vpcSubnets: isolated };
    const named = given?.selected.subnetIds ?? settings.vpcSubnetIds ?? [];
    this.subnetIds = vpc?.isolatedSubnets.map(({ subnetId }) => subnetId) ?? named;
    this.securityGroupId = this.functionsGroup(this.place?.vpc.vpcId ?? settings.vpc, settings.databasePort);
    if (vpc !== null) this.interfaceEndpoints(vpc, settings);
    if (settings.databaseSecurityGroup !== undefined) {
      new CfnSecurityGroupIngress(this, 'IntoDatabase', {
        groupId: settings.databaseSecurityGroup,
        sourceSecurityGroupId: this.securityGroupId,
        description: 'Landfall functions',
        ...tcp(settings.databasePort),
      });
    }
  }

  /** Two zones, no NAT and no internet gateway: files come through the gateway of S3, which costs nothing. */
  private isolatedVpc({ vpcCidr, zones }: Settings): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ...(zones === undefined ? { maxAzs: 2 } : { availabilityZones: [...zones] }),
      ...(vpcCidr === undefined ? {} : { ipAddresses: IpAddresses.cidr(vpcCidr) }),
      natGateways: 0,
      subnetConfiguration: [
        { name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: subnetBits(vpcCidr) },
      ],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      // it would take a custom resource; nothing here is ever in the default group
      restrictDefaultSecurityGroup: false,
    });
    acknowledge(vpc, { 'AwsSolutions-VPC7': 'no route leads in or out; the database logs who connects, S3 who reads' });
    return vpc;
  }

  /** Out to the database and to the endpoints of AWS, in from nowhere. */
  private functionsGroup(vpcId: string, databasePort: number): string {
    const group = new CfnSecurityGroup(this, 'Functions', {
      vpcId,
      groupDescription: 'Landfall functions: out to the database and to AWS',
      securityGroupEgress: [
        { cidrIp: '0.0.0.0/0', description: 'the target database', ...tcp(databasePort) },
        { cidrIp: '0.0.0.0/0', description: 'endpoints of AWS', ...tcp(https) },
      ],
    });
    return group.attrGroupId;
  }

  /** Each costs by the hour and zone, so only those that a function calls: recorder SNS, sweep and operate Step Functions. */
  private interfaceEndpoints(vpc: Vpc, { login, migrateSecret }: Settings): void {
    const group = new SecurityGroup(this, 'Endpoints', {
      // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
      vpc: vpc as IVpc,
      description: 'Landfall: endpoints of AWS, for its functions',
      allowAllOutbound: false,
    });
    new CfnSecurityGroupIngress(this, 'IntoEndpoints', {
      groupId: group.securityGroupId,
      sourceSecurityGroupId: this.securityGroupId,
      description: 'Landfall functions',
      ...tcp(https),
    });
    const services = {
      States: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
      Topic: InterfaceVpcEndpointAwsService.SNS,
      ...((login !== null && 'secret' in login) || migrateSecret !== undefined
        ? { Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER }
        : {}),
    };
    for (const [id, service] of Object.entries(services)) {
      vpc.addInterfaceEndpoint(id, { service, securityGroups: [group], open: false });
    }
  }
}

/** 256 addresses each, or half of a network that has no room for two of those. */
function subnetBits(vpcCidr = '10.0.0.0/16'): number {
  return Math.max(24, Number(vpcCidr.split('/')[1]) + 1);
}

function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port };
}
