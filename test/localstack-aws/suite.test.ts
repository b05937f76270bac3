import { afterAll, beforeAll } from 'vitest';
import { deployedAgain } from './deployed-again.ts';
import { events } from './events.ts';
import { alarms } from './alarms.ts';
import { conformance } from './conformance.ts';
import { faults } from './faults.ts';
import { large } from './large.ts';
import { secrets } from './secrets.ts';
import { uploads } from './uploads.ts';
import { openWorld, type World } from './world.ts';

// One deployed stack, one database: parts run one after the other, in this order, and the search for secrets comes last.

let opened: World;
beforeAll(() => {
  opened = openWorld();
});
afterAll(() => opened.close());
const world = (): World => opened;

uploads(world);
events(world);
faults(world);
alarms(world);
conformance(world);
large(world);
deployedAgain(world);
secrets(world);
