import type { Construct } from 'constructs';

/**
 * Feature flags of the CDK that change what the constructs below become, set as their templates were tested. All others that
 * there are change nothing (test/infra/own-stack.test.ts). A flag counts where it is set nearest to a construct, so an
 * app's own `cdk.json` decides about its own constructs only.
 */
const flags: Readonly<Record<string, boolean>> = {
  // statements of one resource become one: a role's policy has 10,240 bytes
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // what makes a new version of a function: another hash would publish versions of code that is the same
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  // a function's statements stay in its role's one policy
  '@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy': false,
};

/** Before anything is put below it: then the CDK takes no context any more. */
export function pinFlags(scope: Construct): void {
  for (const [name, value] of Object.entries(flags)) scope.node.setContext(name, value);
}
