/**
 * Dollars in us-east-1, as the services' price pages had them in the second half of 2026. Free allowances are left out:
 * they belong to an account, which has other work too.
 */
export const prices = {
  /** arm64, the first tier. */
  lambdaGbSecond: 0.000_013_333_4,
  lambdaRequest: 0.2 / 1e6,
  stateTransition: 25 / 1e6,
  /** PUT, COPY, POST and LIST. */
  s3Put: 0.005 / 1e3,
  s3Get: 0.000_4 / 1e3,
  s3GbMonth: 0.023,
  /** The dearer of two readings of the price page: events of AWS services are free, those that are switched on may not be. */
  eventBridgeEvent: 1 / 1e6,
  schedulerCall: 1 / 1e6,
  sqsRequest: 0.4 / 1e6,
  /** By e-mail. */
  snsEmail: 2 / 1e5,
  logGb: 0.5,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  trace: 5 / 1e6,
  keyMonth: 1,
  keyRequest: 0.03 / 1e4,
  secretMonth: 0.4,
  secretRequest: 0.05 / 1e4,
  /** Of one interface endpoint in one zone. */
  endpointHour: 0.01,
  /** Aurora Serverless v2, standard storage. */
  auroraUnitHour: 0.12,
  auroraGbMonth: 0.1,
  /** A read or a write of standard storage; those of Aurora I/O-Optimized are in its other prices. */
  auroraIo: 0.2 / 1e6,
} as const;
