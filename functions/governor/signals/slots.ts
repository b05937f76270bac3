import { printable } from '../../core/printable.ts';
import { showByteSize } from '../../core/byte-size.ts';
import { type Health, type Reading, seenSignal } from '../signal.ts';
import { type Slot, slotsOfServer } from './slots-sql.ts';

/** Of max_slot_wal_keep_size: what is left for a standby that reconnects now, and for what others write meanwhile. */
const stopBelow = 0.2;
const slowBelow = 0.4;

/** How near each slot is to losing the WAL that it needs: then its standby has to be made anew. */
export const slots = seenSignal<readonly Slot[]>({
  name: 'slots',
  expression: slotsOfServer,
  judge: (seen) => seen.map(slotReading),
});

function slotReading(slot: Slot): Reading {
  const { name, isActive, status, safeBytes, keptBytes, heldBytes } = slot;
  const said = `slot ${printable(name)}${isActive ? '' : ' (inactive)'}`;
  const reading = (health: Health, figure: string): Reading => ({
    signal: 'slots',
    health,
    figure: `${said} ${figure}`,
  });
  switch (status) {
    case 'lost':
      // no waiting brings it back
      return reading('unknown', `has lost its WAL: select pg_drop_replication_slot('${printable(name)}');`);
    case 'unreserved':
      return {
        ...reading('stop', 'loses its WAL at the next checkpoint (max_slot_wal_keep_size)'),
        headroomBytes: 0,
      };
    case 'reserved':
    case 'extended': {
      const held = `keeps ${showByteSize(Math.max(0, heldBytes ?? 0))} of WAL`;
      if (safeBytes !== null && keptBytes > 0) return nearLimit(safeBytes, keptBytes, reading);
      const fillsDisk = status === 'extended' && !isActive;
      return reading(fillsDisk ? 'slow' : 'normal', `${held}, and nothing limits it (max_slot_wal_keep_size)`);
    }
  }
}

function nearLimit(
  safeBytes: number,
  keptBytes: number,
  reading: (health: Health, figure: string) => Reading,
): Reading {
  const share = safeBytes / keptBytes;
  const health = share < stopBelow ? 'stop' : share < slowBelow ? 'slow' : 'normal';
  const limit = `limit ${showByteSize(Math.round(keptBytes * stopBelow))}, ${stopBelow * 100} % of max_slot_wal_keep_size`;
  return {
    ...reading(health, `loses its WAL after ${showByteSize(Math.max(0, safeBytes))} more (${limit})`),
    headroomBytes: Math.max(0, Math.floor(safeBytes - keptBytes * stopBelow)),
  };
}
