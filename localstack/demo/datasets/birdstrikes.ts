import { defineDataset } from '../../../index.ts';

/**
 * Reports of birds that struck aircraft. A report has no number of its own: what tells two apart is where, when, whose and which
 * aircraft, in which phase of flight, at what time of day, by which species. Its speed would tell more apart, but 28 % have none.
 */
export const birdstrikes = defineDataset({
  name: 'birdstrikes',
  prefix: 'birdstrikes/',
  table: 'public.birdstrikes',
  key: ['airport', 'flight_date', 'operator', 'aircraft', 'phase_of_flight', 'time_of_day', 'species'],
  columns: {
    rename: {
      'Airport Name': 'airport',
      'Aircraft Make Model': 'aircraft',
      'Effect Amount of damage': 'damage',
      'Flight Date': 'flight_date',
      'Aircraft Airline Operator': 'operator',
      'Origin State': 'state',
      'Phase of flight': 'phase_of_flight',
      'Wildlife Size': 'wildlife_size',
      'Wildlife Species': 'species',
      'Time of day': 'time_of_day',
      'Cost Other': 'cost_other',
      'Cost Repair': 'cost_repair',
      'Cost Total $': 'cost_total',
      'Speed IAS in knots': 'speed_knots',
    },
  },
});
