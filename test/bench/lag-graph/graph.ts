/** What was seen at one moment of a load. */
export interface Sample {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly lagMegabytes: number;
}

/** A time in which something was done to the standby. */
export interface Phase {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** What is drawn; the limits in the unit of their panel. */
export interface Drawn {
  readonly title: string;
  readonly samples: readonly Sample[];
  readonly phases: readonly Phase[];
  readonly slowMegabytes: number;
  readonly stopMegabytes: number;
}

const width = 860;
const left = 70;
const right = 20;
const panelHeight = 150;
const tops = { rate: 60, lag: 260 };
const height = 460;

interface Panel {
  readonly top: number;
  readonly most: number;
  readonly label: string;
}

/** Two panels above each other, rate and lag over the same time, as SVG: text of the page's font, readable on white and on black. */
export function graph({ title, samples, phases, slowMegabytes, stopMegabytes }: Drawn): string {
  const end = Math.ceil(Math.max(1, ...samples.map(({ seconds }) => seconds)));
  const x = (seconds: number): number => left + (seconds / end) * (width - left - right);
  const rate = {
    top: tops.rate,
    most: roundUp(Math.max(...samples.map((each) => each.rowsPerSecond))),
    label: 'rows a second',
  };
  const lag = {
    top: tops.lag,
    most: roundUp(Math.max(stopMegabytes, ...samples.map((each) => each.lagMegabytes))),
    label: 'MB behind',
  };
  const line = (panel: Panel, value: (sample: Sample) => number, color: string): string => {
    const points = samples.map((each) => `${fixed(x(each.seconds))},${fixed(y(panel, value(each)))}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
  };
  const limit = (megabytes: number, words: string): string => {
    const at = fixed(y(lag, megabytes));
    return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="#c0392b" stroke-dasharray="4 3"/>
  <text x="${width - right}" y="${Number(at) - 4}" text-anchor="end" fill="#c0392b">${words}</text>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#555">
  <rect width="${width}" height="${height}" fill="#fff"/>
  <text x="${left}" y="24" font-size="15" fill="#222">${escaped(title)}</text>
  ${phases.map((phase) => shade(phase, x)).join('\n  ')}
  ${[rate, lag].map((panel) => frame(panel, end, x)).join('\n  ')}
  ${limit(slowMegabytes, 'slow')}
  ${limit(stopMegabytes, 'stop')}
  ${line(rate, (each) => each.rowsPerSecond, '#2471a3')}
  ${line(lag, (each) => each.lagMegabytes, '#1e8449')}
  <text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">seconds</text>
</svg>
`;
}

function shade({ from, to, what }: Phase, x: (seconds: number) => number): string {
  const [begin, end] = [x(from), x(to)];
  return `<rect x="${fixed(begin)}" y="${tops.rate}" width="${fixed(end - begin)}" height="${tops.lag + panelHeight - tops.rate}" fill="#f4ecd8"/>
  <text x="${fixed((begin + end) / 2)}" y="${tops.rate - 8}" text-anchor="middle">${escaped(what)}</text>`;
}

function frame(panel: Panel, end: number, x: (seconds: number) => number): string {
  const { top, most, label } = panel;
  const values = [0, most / 2, most].map(
    (value) =>
      `<text x="${left - 6}" y="${fixed(y(panel, value) + 4)}" text-anchor="end">${value.toLocaleString('en-US')}</text>`,
  );
  const step = end > 60 ? 10 : 5;
  const times = Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step).map(
    (seconds) => `<text x="${fixed(x(seconds))}" y="${top + panelHeight + 16}" text-anchor="middle">${seconds}</text>`,
  );
  return `<rect x="${left}" y="${top}" width="${width - left - right}" height="${panelHeight}" fill="none" stroke="#bbb"/>
  <text x="${left + 6}" y="${top + 16}" fill="#222">${label}</text>
  ${[...values, ...times].join('')}`;
}

function y({ top, most }: Panel, value: number): number {
  return top + panelHeight * (1 - value / most);
}

/** To two digits of which the second one is even or 0: half of it is a round number too. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return Math.ceil((value / unit) * 5) * (unit / 5);
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
