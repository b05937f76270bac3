import { createHash } from 'node:crypto';

/** Colours that hold 4.5:1 against their ground in both schemes; nothing is told by a colour alone. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --band: #f3f5f7; --good: #1a6b34; --bad: #a4161a; --mark: #ffe08a; --bar: #3b6ea8; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --ink: #e8eaed; --soft: #a5adb6; --line: #3a4048; --band: #1d2126; --good: #6fd08c; --bad: #ff9a9c; --mark: #6b5200; --bar: #7fb0e6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
p { margin: .4rem 0; }
.soft { color: var(--soft); }
.outcome { border-left: .5rem solid var(--bad); padding-left: .8rem; }
.outcome.good { border-color: var(--good); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
td { max-width: 34rem; }
td svg { height: .8rem; min-width: 3rem; margin-top: .3rem; }
figure, dl, dd { margin: .3rem 0 .5rem; }
dt { color: var(--soft); }
td, th, code, pre { unicode-bidi: isolate; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: .85rem/1.45 ui-monospace, monospace; background: var(--band); padding: .1rem .3rem; }
pre { padding: .6rem; white-space: pre-wrap; }
mark { background: var(--mark); color: inherit; outline: 1px solid var(--bad); }
svg { display: block; width: 100%; height: auto; }
svg .bar { fill: var(--bar); }
svg .this { fill: var(--ink); }
svg .line { fill: none; stroke: var(--bar); stroke-width: 1.5; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
details { margin: .4rem 0; }
summary { cursor: pointer; }
label { display: block; margin: .5rem 0; }
input { font: inherit; width: 100%; max-width: 30rem; padding: .3rem; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-decoration: underline dotted; }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
@media print { body { max-width: none; } th, td { overflow-wrap: anywhere; } details > * { display: block; } details::details-content { content-visibility: visible; } .filter { display: none; } }
`;

/** Filters and sorts the table of rejects. Without it the table is a plain one. */
export const script = `
const table = document.getElementById('rejects');
if (table !== null) {
  const body = table.tBodies[0], rows = [...body.rows], shown = document.getElementById('shown');
  const label = document.createElement('label'), input = document.createElement('input');
  label.className = 'filter';
  label.textContent = 'Only rows that hold ';
  input.type = 'search';
  label.append(input);
  table.parentElement.before(label);
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase();
    let left = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) left += 1;
    }
    shown.textContent = left + ' of ' + rows.length + ' rows';
  });
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const text = (row) => row.cells[at].textContent;
      const byText = (a, b) => text(a).localeCompare(text(b), 'en', { numeric: true });
      body.append(...rows.sort((a, b) => (down ? byText(b, a) : byText(a, b))));
    });
  });
}
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is fetched, sent, framed or run but the script and the style above. */
export const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
