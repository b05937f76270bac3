import * as nodeModule from 'node:module';

type StatesLibrary = typeof import('aws-local-stepfunctions');

/** Its way to real Lambdas and its validator: here every Task has a handler, and a test validates the definition. */
const unused = ['@aws-sdk/client-lambda', '@aws-sdk/credential-providers', 'asl-validator'];

const nothing =
  'data:text/javascript,export default null; export const LambdaClient = null, InvokeCommand = null, fromCognitoIdentityPool = null;';

/** Imports aws-local-stepfunctions without what nothing here calls: 30 ms of processor time instead of 120. */
export async function importStatesLibrary(): Promise<StatesLibrary> {
  giveOldNode();
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>;
  // Node before 22.15 imports all of it
  const hooks = registerHooks?.({
    resolve: (specifier, context, next) =>
      unused.includes(specifier) && context.parentURL?.includes('/aws-local-stepfunctions/') === true
        ? { url: nothing, shortCircuit: true }
        : next(specifier, context),
  });
  try {
    return await import('aws-local-stepfunctions');
  } finally {
    hooks?.deregister();
  }
}

/** What the library calls and Node before 22 lacks. */
function giveOldNode(): void {
  const known = Promise as Omit<PromiseConstructor, 'withResolvers'> &
    Partial<Pick<PromiseConstructor, 'withResolvers'>>;
  known.withResolvers ??= function withResolvers<T>() {
    const promised: Partial<PromiseWithResolvers<T>> = {};
    promised.promise = new Promise<T>((resolve, reject) => Object.assign(promised, { resolve, reject }));
    return promised as PromiseWithResolvers<T>;
  };
}
