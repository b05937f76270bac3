import { type Html, html, joined } from './html.ts';

/** A bar of a share of the whole, for a cell of a table that says the number beside it. */
export function shareBar(share: number): Html {
  const width = Math.max(share > 0 ? 0.5 : 0, share * 100).toFixed(2);
  return html`<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar" width="${width}" height="6"></rect></svg>`;
}

/** A bar a value, the last of which may be marked as this load's; its table says the numbers. */
export interface Bars {
  readonly title: string;
  readonly values: readonly number[];
  /** The value that is marked. */
  readonly marked: number;
  /** How a value is said. */
  readonly said: (value: number) => string;
}

const [width, height, below] = [240, 60, 16];

/** Small bars side by side, from none to the greatest. */
export function bars({ title, values, marked, said }: Bars): Html {
  const most = Math.max(...values, 0);
  const step = width / Math.max(values.length, 1);
  const drawn = values.map((value, i) => {
    const tall = most === 0 ? 0 : (value / most) * height;
    const [x, y] = [(i * step).toFixed(1), (height - tall).toFixed(1)];
    const kind = i === marked ? 'this' : 'bar';
    return html`<rect class="${kind}" x="${x}" y="${y}" width="${(step * 0.8).toFixed(1)}" height="${tall.toFixed(1)}"><title>${said(value)}</title></rect>`;
  });
  const label = `${title}: from ${said(Math.min(...values))} to ${said(most)}`;
  return html`<figure class="chart"><svg viewBox="0 0 ${width} ${height + below}" role="img" aria-label="${label}">${joined(drawn)}<text x="0" y="${height + below - 4}">${title}, at most ${said(most)}</text></svg></figure>`;
}

/** A moment and a figure of it. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** A line over time. */
export function line(points: readonly Point[], label: string): Html {
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const most = Math.max(...points.map(({ value }) => value), 1);
  const [wide, tall] = [600, 80];
  const path = points.map(({ at, value }) => {
    const x = last === first ? 0 : ((at - first) / (last - first)) * wide;
    return `${x.toFixed(1)},${(tall - (value / most) * tall).toFixed(1)}`;
  });
  return html`<svg viewBox="0 0 ${wide} ${tall + 2}" role="img" aria-label="${label}"><polyline class="line" points="${path.join(' ')}"></polyline></svg>`;
}
