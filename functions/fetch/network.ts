import { lookup } from 'node:dns/promises';
import { BlockList, isIPv4 } from 'node:net';

/** What a fetch may reach. Only a test has another one than publicNetwork; nothing in a dataset leads to it. */
export interface Network {
  /** All addresses of a host, the ones to try first in front. */
  resolve(host: string): Promise<readonly string[]>;
  /** Whether a connection may be made to this address. */
  allows(address: string): boolean;
  /** Certificates to trust instead of Node's own list, PEM. */
  readonly ca?: string;
}

/** The internet: no address that means something inside a network (IANA's registries of special-purpose addresses). */
export const publicNetwork: Network = { resolve: addressesOf, allows: isPublicAddress };

/** Every address, and certificates of one's own: for the tests of a deployed function, whose server is on the same machine. */
export function testNetwork(ca: string): Network {
  return { resolve: addressesOf, allows: () => true, ca };
}

const specialIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // multicast and reserved
  ['224.0.0.0', 3],
];

/** Of 2000::/3, the only range of IPv6 that is given out: tunnels, documentation, and 6to4, which hides an IPv4 address. */
const specialIpv6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [net, prefix] of specialIpv4) blocked.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of specialIpv6) blocked.addSubnet(net, prefix, 'ipv6');
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');

/** False for private, loopback, link-local (the metadata service of a cloud), multicast and reserved addresses. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !blocked.check(address, 'ipv4');
  return globalIpv6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/** A Lambda outside a VPC has no IPv6, so IPv4 comes first. */
async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, order: 'ipv4first' });
  return found.map(({ address }) => address);
}
