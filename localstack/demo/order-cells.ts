import type { Random } from './random.ts';

/** The cells of one order as they stand in the file, quotes included; characters are bytes (latin1). */
export interface OrderCells {
  readonly id: string;
  readonly account: string;
  readonly email: string;
  readonly amount: string;
  readonly currency: string;
  readonly createdAt: string;
  readonly status: string;
  readonly note: string;
}

/** Good cells for an id; `multiline` asks for a quoted note of several lines. All tables are built once. */
export function orderCells(random: Random): (id: string, multiline: boolean) => OrderCells {
  const pick = (list: readonly string[]): string => list[random.below(list.length)] ?? '';
  return (id, multiline) => {
    const cents = 1 + random.below(250_000);
    const second = random.below(86_400);
    const hour = Math.floor(second / 3600);
    const minute = Math.floor(second / 60) % 60;
    return {
      id,
      account: `AC-${1_000_000 + random.below(900_000)}`,
      email: `${pick(firstNames)}.${pick(lastNames)}${random.below(1000)}@example.${pick(domains)}`,
      amount: `${Math.floor(cents / 100)}.${twoDigits[cents % 100]}`,
      currency: pick(currencies),
      createdAt: `${pick(days)}T${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[second % 60]}Z`,
      status: pick(statuses),
      note: multiline ? pick(multilineNotes) : pick(notes),
    };
  };
}

/** UTF-8 as a string of bytes. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const days = Array.from({ length: 366 }, (_, n) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10));
const firstNames = ['ana', 'ben', 'chidi', 'dora', 'emil', 'fatima', 'goran', 'hana', 'ines', 'jun', 'kofi', 'lena'];
const lastNames = ['alvarez', 'brandt', 'costa', 'diallo', 'eriksen', 'fischer', 'gupta', 'horvat', 'ito', 'jensen'];
const domains = ['com', 'net', 'org'];
const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'JPY'];
const statuses = ['new', 'paid', 'packed', 'shipped', 'returned'];
const notes = [
  '',
  'Leave it with the neighbour on the second floor',
  'Gift wrapping in blue paper and no invoice please',
  'Call ten minutes before the delivery van arrives',
  '"Ring twice, the bell is slow"',
  '"Fragile: glass, this side up, do not stack"',
  bytes('Zustellung an die Hintertür im grünen Hof bitte'),
  bytes('Livraison à la réception après neuf heures'),
  bytes('配達は午後二時以降にお願いします'),
  'Customer changed the address after payment once',
  'Second attempt after a failed delivery on Monday',
  "Left in the garden shed as the customer's note says",
] as const;
const multilineNotes = [
  '"Deliver to the back door\nand ring twice"',
  '"Customer said:\n""not before noon, please""\nCall first"',
  '"1, Main Street\n2nd floor\n\nDoor code 0042"',
] as const;
