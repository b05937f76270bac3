import { afterAll, beforeAll } from 'vitest';
import { alarms } from './alarms.ts';
import { conformance } from './conformance.ts';
import { deployedAgain } from './deployed-again.ts';
import { events } from './events.ts';
import { faults } from './faults.ts';
import { type Feeds, openFeeds } from './feeds.ts';
import { large } from './large.ts';
import { operator } from './operator.ts';
import { ownStack } from './own-stack.ts';
import { realFiles } from './real-files.ts';
import { schedules } from './schedules.ts';
import { secrets } from './secrets.ts';
import { timedOut } from './timed-out.ts';
import { uploads } from './uploads.ts';
import { openWorld, type World } from './world/world.ts';

// One deployed stack, one database: parts run one after the other, in this order, and the search for secrets comes last.

let opened: World;
let begun: Feeds;
beforeAll(async () => {
  opened = openWorld();
  begun = await openFeeds(opened);
});
afterAll(async () => {
  await begun.close();
  opened.close();
});
const world = (): World => opened;
const feeds = (): Feeds => begun;

uploads(world);
events(world);
faults(world);
timedOut(world);
operator(world);
alarms(world);
conformance(world);
large(world);
realFiles(world);
schedules(world, feeds);
deployedAgain(world);
ownStack(world);
secrets(world);
