import { SecretValue } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type FunctionName, outsideFunctions, steps } from '../functions/contract/pipeline.ts';
import { functionSizes } from './function-sizes.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { ReportsBucket } from './reports-bucket.ts';
import type { Settings } from './settings.ts';

export interface PipelineFunctionsProps {
  readonly settings: Settings;
  readonly landing: Bucket;
  readonly reports: ReportsBucket;
}

/** Every function of the pipeline, by name, with the access that its step needs and no more. */
export class PipelineFunctions extends Construct {
  readonly byName: ReadonlyMap<FunctionName, PipelineFunction>;

  constructor(scope: Construct, id: string, { settings, landing, reports }: PipelineFunctionsProps) {
    super(scope, id);
    const environment = {
      // CloudFormation puts the secret in when it deploys: the template holds its name only
      DATABASE_URL: SecretValue.secretsManager(settings.databaseUrlSecret).unsafeUnwrap(),
      LANDFALL_REPORTS: reports.url,
      LANDFALL_MERGE_LANES: String(settings.mergeLanes),
    };
    this.byName = new Map(
      [...steps, ...outsideFunctions].map((name) => {
        const made = new PipelineFunction(this, pascal(name), { name, environment });
        if (functionSizes[name].readsLanding) {
          made.allow(['s3:GetObject', 's3:GetObjectVersion'], landing.arnForObjects('*'));
          // without it a missing object reads as "access denied"
          made.allow(['s3:ListBucket'], landing.bucketArn);
        }
        if (functionSizes[name].writesReports) {
          // a large rejects file goes up in parts, which are given up where it fails
          made.allow(['s3:PutObject', 's3:AbortMultipartUpload'], reports.bucket.arnForObjects('reports/*'));
        }
        return [name, made];
      }),
    );
  }

  /** The function of this name; all of them exist. */
  get(name: FunctionName): PipelineFunction {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`no function ${name} in this stack`);
    return found;
  }
}

function pascal(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
