/** The database that a new Aurora begins with: what docs/deploy.md calls yours. */
export const defaultDatabase = 'app';
const iamSettings = ['databaseHost', 'databaseName', 'databaseUser', 'databaseResourceId'] as const;
const auroraSettings = ['auroraMinUnits', 'auroraMaxUnits', 'auroraBackupDays'] as const;
/** They are about a database that is there. With aurora its host, resource id, group and cluster are of what it was restored to. */
const existingSettings = [
  'databaseSecret',
  'databaseUser',
  'databaseInstanceId',
  'databaseMaxConnections',
  'databaseFreeGigabytes',
] as const;

/** What is wrong with settings taken together; it looks at their presence only, so that it may run beside the schema. Each problem begins with a setting. */
export function contradictions(own: Readonly<Record<string, unknown>>, vpcIsGiven: boolean): readonly string[] {
  const there = (name: string): boolean => own[name] !== undefined;
  const aurora = String(own['aurora']) === 'true';
  const given = iamSettings.filter((name) => !aurora && there(name));
  const missing = iamSettings.filter((name) => !there(name));
  const existing = typeof own['vpc'] === 'string' && own['vpc'].startsWith('vpc-');
  return [
    ...(aurora
      ? auroraProblems(own, vpcIsGiven)
      : auroraSettings.filter(there).map((name) => `${name}: only with aurora`)),
    ...(!aurora && there('databaseSecret') && given.length > 0
      ? [`databaseSecret: or ${given.join(', ')}, not both`]
      : []),
    ...(given.length > 0
      ? missing.map((name) => `${name}: IAM authentication needs it, beside ${given.join(', ')}`)
      : []),
    ...(there('databaseClusterId') && there('databaseInstanceId')
      ? ['databaseInstanceId: or databaseClusterId, not both']
      : []),
    ...(there('databaseMaxConnections') && !there('databaseClusterId') && !there('databaseInstanceId') && !aurora
      ? ['databaseMaxConnections: only with databaseClusterId or databaseInstanceId']
      : []),
    ...(there('databaseFreeGigabytes') && !there('databaseInstanceId') && !aurora
      ? ['databaseFreeGigabytes: only with databaseInstanceId; the storage of Aurora grows by itself']
      : []),
    ...(existing && !there('vpcSubnetIds') ? ['vpcSubnetIds: the subnets of that VPC for the functions'] : []),
    ...(own['vpc'] === 'new'
      ? []
      : ['vpcCidr', 'zones'].filter(there).map((name) => `${name}: only with a vpc that is made: new`)),
    ...(!existing && there('vpcSubnetIds') ? ['vpcSubnetIds: only with a vpc that is there (vpc-...)'] : []),
  ];
}

function auroraProblems(own: Readonly<Record<string, unknown>>, vpcIsGiven: boolean): readonly string[] {
  const {
    vpc,
    databaseHost,
    databaseResourceId,
    databaseName = defaultDatabase,
    auroraMinUnits = 0.5,
    auroraMaxUnits = 8,
  } = own;
  return [
    ...(vpc === 'new' || vpcIsGiven ? [] : ['vpc: aurora is made in a VPC of its own: new']),
    ...existingSettings
      .filter((name) => own[name] !== undefined)
      .map((name) => `${name}: of a database that is there; aurora has its own`),
    ...((databaseHost === undefined) === (databaseResourceId === undefined)
      ? []
      : ['databaseHost: with aurora only beside databaseResourceId, of the cluster that it was restored to']),
    ...(/^[A-Za-z]\w{0,62}$/.test(String(databaseName))
      ? []
      : ['databaseName: for aurora letters, digits and underscores, starting with a letter, at most 63']),
    ...(Number(auroraMinUnits) > Number(auroraMaxUnits) ? ['auroraMinUnits: at most auroraMaxUnits'] : []),
  ];
}
