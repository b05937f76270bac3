import { airports } from './datasets/airports.ts';
import { birdstrikes } from './datasets/birdstrikes.ts';
import { orders } from './datasets/orders.ts';
import { zipcodes } from './datasets/zipcodes.ts';

/** What the landfall.config.json of this repository names, in alphabetical order. */
export const demoDatasets = [airports, birdstrikes, orders, zipcodes];
