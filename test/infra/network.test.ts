import { describe, expect, test } from 'vitest';
import { templates } from './support/unbundled.ts';

/** Network of the VPC, and of each subnet with its zone. */
function networks(settings: Readonly<Record<string, string>>): { vpc: unknown; subnets: readonly unknown[] } {
  const { data } = templates({ vpc: 'new', ...settings });
  const propertiesOf = (type: string): readonly Readonly<Record<string, unknown>>[] =>
    Object.values(data.findResources(type)).map((each) => each['Properties']);
  return {
    vpc: propertiesOf('AWS::EC2::VPC')[0]?.['CidrBlock'],
    subnets: propertiesOf('AWS::EC2::Subnet').map((each) => [each['CidrBlock'], each['AvailabilityZone']]),
  };
}
const zone = (at: number): object => ({ 'Fn::Select': [at, { 'Fn::GetAZs': '' }] });

describe('a new VPC', () => {
  test('has a network and zones where the settings say nothing', () => {
    expect(networks({})).toEqual({
      vpc: '10.0.0.0/16',
      subnets: [
        ['10.0.0.0/24', zone(0)],
        ['10.0.1.0/24', zone(1)],
      ],
    });
  });

  test('has those of the settings, so that it can be connected with a VPC of other addresses', () => {
    expect(networks({ vpcCidr: '10.20.16.0/20', zones: 'eu-central-1a,eu-central-1c' })).toEqual({
      vpc: '10.20.16.0/20',
      subnets: [
        ['10.20.16.0/24', 'eu-central-1a'],
        ['10.20.17.0/24', 'eu-central-1c'],
      ],
    });
  });

  test('is divided between its zones where it is small', () => {
    const { vpc, subnets } = networks({ vpcCidr: '192.168.4.64/26' });
    expect(vpc).toBe('192.168.4.64/26');
    expect(subnets).toEqual([
      ['192.168.4.64/27', zone(0)],
      ['192.168.4.96/27', zone(1)],
    ]);
  });
}, 120_000);
