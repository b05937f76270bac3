import { registerHooks } from 'node:module';

type StatesLibrary = typeof import('aws-local-stepfunctions');

/** Its way to real Lambdas and its validator: here every Task has a handler, and a test validates the definition. */
const unused = ['@aws-sdk/client-lambda', '@aws-sdk/credential-providers', 'asl-validator'];

const nothing =
  'data:text/javascript,export default null; export const LambdaClient = null, InvokeCommand = null, fromCognitoIdentityPool = null;';

/** Imports aws-local-stepfunctions without what nothing here calls: 30 ms of processor time instead of 120. */
export async function importStatesLibrary(): Promise<StatesLibrary> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      unused.includes(specifier) && context.parentURL?.includes('/aws-local-stepfunctions/') === true
        ? { url: nothing, shortCircuit: true }
        : next(specifier, context),
  });
  try {
    return await import('aws-local-stepfunctions');
  } finally {
    hooks.deregister();
  }
}
