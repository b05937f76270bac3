import { airports } from './airports.ts';
import { birdstrikes } from './birdstrikes.ts';
import { orders } from './orders.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { zipcodes } from './zipcodes.ts';

/** Every dataset, in alphabetical order. Listed by hand, so that a bundle holds them; a test compares it with the folder. */
export const datasets: readonly Dataset[] = [airports, birdstrikes, orders, zipcodes];

/** The dataset of this name, or null. */
export function datasetByName(name: string): Dataset | null {
  return datasets.find((dataset) => dataset.name === name) ?? null;
}
