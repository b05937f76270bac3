import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../functions/contract/pipeline.ts';
import { functionSizes } from './function-sizes.ts';

const root = join(import.meta.dirname, '..');

/** pg requires Node's builtins by name, which an ES module cannot do by itself. */
const requireBanner = "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";

/** Bundled by the esbuild of package.json, without Docker. The SDK that was tested is the one that runs. */
const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: requireBanner,
  bundleAwsSDK: true,
  // pg's optional native driver, which nothing here uses
  externalModules: ['pg-native'],
  sourceMap: true,
  sourcesContent: false,
  logLevel: LogLevel.WARNING,
};

export interface PipelineFunctionProps {
  readonly name: FunctionName;
  readonly environment: Readonly<Record<string, string>>;
}

/** One function of the pipeline: its handler bundled, its own log group, and a role that may write only there. */
export class PipelineFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, environment }: PipelineFunctionProps) {
    super(scope, id);
    const { memoryMb, timeoutSeconds } = functionSizes[name];
    const logGroup = new LogGroup(this, 'Logs', {
      // a quarter: as long as anyone asks why a row is missing
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    this.lambda = new NodejsFunction(this, 'Function', {
      description: `Landfall: ${name}`,
      entry: join(root, 'functions', name, 'handler.ts'),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
      bundling,
    });
  }

  /** Allows exactly these actions on exactly this resource. */
  allow(actions: readonly string[], resource: string): void {
    this.role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource] }));
  }
}
