import {
  acquireLeaseInput,
  acquireLeaseOutput,
  planSlicesInput,
  planSlicesOutput,
  registerInput,
  registerOutput,
} from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { ownerIsAlive } from '../runtime/owner.ts';
import { replayPlace } from '../runtime/replay-place.ts';
import { acquire } from './acquire.ts';
import { planSlices } from './plan-slices.ts';
import { register } from './register.ts';

/** The Lambda: registers a load, takes its target's lease, plans its slices. */
export const handler = lambdaStep('extract', {
  Register: state(registerInput, registerOutput, (input, { db, env }) => {
    const { ledgerOwner, sources, typedSql, datasets } = env;
    const storeFor = storeAmong(sources);
    return register(input, {
      db,
      ledgerOwner,
      sources,
      typedSql,
      datasets,
      storeFor,
      onOneMachine: env.owner !== null,
    });
  }),
  AcquireLease: state(acquireLeaseInput, acquireLeaseOutput, (input, { db, env }) =>
    acquire(input, {
      db,
      datasets: env.datasets,
      owner: env.owner,
      ownerIsAlive,
      now: () => new Date(),
      storeFor: storeAmong(env.sources),
    }),
  ),
  PlanSlices: state(planSlicesInput, planSlicesOutput, (input, { db, env }) =>
    planSlices(input, {
      db,
      storeFor: storeAmong(env.sources),
      typedSql: env.typedSql,
      datasets: env.datasets,
      replayPlace: (load) => replayPlace(env, load),
    }),
  ),
});
