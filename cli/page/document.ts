import { createHash } from 'node:crypto';
import { style as reportStyle } from '../../functions/page/look.ts';

const style = `${reportStyle}
button, select { font: inherit; padding: .25rem .6rem; }
.drop { border: 2px dashed var(--line); padding: 1rem; }
.drop.over { border-color: var(--bar); }
.trouble { border-left: .5rem solid var(--bad); padding-left: .8rem; }
progress { width: 100%; accent-color: var(--bar); }
a { color: var(--bar); }
form { margin: .3rem 0; }
`;

/** Draws what /events tells. Texts become text nodes, never markup. */
const script = `
const at = (id) => document.getElementById(id);
const make = (name, more = {}, ...inside) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(more)) made.setAttribute(key, value);
  made.append(...inside.map((each) => (each instanceof Node ? each : String(each))));
  return made;
};
const number = (value) => value.toLocaleString('en');
const rowsInto = (id, rows, nothing) => {
  const body = at(id).tBodies[0];
  at(id).closest('section').hidden = rows.length === 0 && nothing === undefined;
  body.replaceChildren(...(rows.length === 0 ? [make('tr', {}, make('td', { colspan: at(id).tHead.rows[0].cells.length }, nothing ?? ''))] : rows));
};
const row = (first, ...cells) => make('tr', {}, make('th', { scope: 'row' }, first), ...cells.map((cell) => (cell instanceof HTMLTableCellElement ? cell : make('td', {}, cell))));
const right = (value) => make('td', { class: 'number' }, number(value));
const report = (load) => load.outcome === null || load.outcome === 'FAILED' ? String(load.loadId) : make('a', { href: '/reports/' + load.loadId }, load.loadId);
const say = (text, isTrouble = false) => {
  at('said').replaceChildren(text === '' ? '' : make('p', isTrouble ? { class: 'trouble' } : {}, text));
};
const ask = async (path, body) => {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return await answer.json();
};
const answer = async (verb, loadId, reason, form) => {
  for (const each of form.elements) each.disabled = true;
  const { said, trouble } = await ask('/' + verb, { loadId, reason });
  say(trouble ?? said, trouble !== undefined);
  for (const each of form.elements) each.disabled = false;
};
// a row that somebody types into is not drawn anew
const held = new Map();
const heldRow = (load) => {
  const known = held.get(load.loadId);
  if (known !== undefined) return known;
  const reason = make('input', { id: 'reason-' + load.loadId });
  const yes = make('button', { type: 'submit', value: 'approve' }, 'Approve load ' + load.loadId);
  const no = make('button', { type: 'submit', value: 'decline' }, 'Decline load ' + load.loadId);
  const form = make('form', {}, make('label', { for: reason.id }, 'Reason'), reason, ' ', yes, ' ', no);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const verb = event.submitter === null ? 'approve' : event.submitter.value;
    if (verb === 'decline' && reason.value === '') { say('To decline, say why: who sent the file has to know.', true); reason.focus(); return; }
    answer(verb, load.loadId, reason.value, form).catch((error) => say(String(error), true));
  });
  const made = row(report(load), load.target, right(load.records), right(load.rejected), right(load.inserted), right(load.updated), make('td', {}, form));
  held.set(load.loadId, made);
  return made;
};
const draw = ({ now, trouble }) => {
  at('trouble').textContent = trouble ?? '';
  at('trouble').hidden = trouble === null;
  if (now === null) return;
  at('database').textContent = now.database ?? 'none yet';
  rowsInto('running', now.running.map((load) => row(load.loadId, load.target, load.name, load.step,
    make('td', {}, make('progress', { max: 100, value: load.percent, 'aria-label': 'load ' + load.loadId }), load.percent + ' % ' + load.part),
    load.wait === '' ? [load.rate, load.left].filter((text) => text !== '').join(', ') : load.wait)), 'nothing runs');
  rowsInto('queues', now.queues.map(({ target, loads, order }) => row(target, right(loads), order.join(', '))));
  for (const id of held.keys()) if (!now.held.some(({ loadId }) => loadId === id)) held.delete(id);
  const drawn = [...at('held').tBodies[0].rows];
  const wanted = now.held.map(heldRow);
  if (drawn.length !== wanted.length || drawn.some((each, i) => each !== wanted[i])) rowsInto('held', wanted);
  rowsInto('awaiting', now.awaiting.map(({ loadId, target, records, parents, until }) => row(loadId, target, right(records), parents.join(', '), until)));
  const { openRejects } = now;
  const left = openRejects.loads - openRejects.newest.length;
  rowsInto('open', openRejects.newest.map((load) => row(load.loadId, load.target, right(load.open), right(load.rejected),
    make('td', {}, ...load.rules.map((rule) => make('div', {}, rule))), make('td', {}, ...load.commands.map((command) => make('div', {}, make('code', {}, command)))))));
  at('left-open').textContent = left === 0 ? '' : 'Of ' + number(left) + ' more loads rejects are open too: ' + number(openRejects.records) + ' in all.';
  rowsInto('paused', now.paused.map(({ target, by, since, why }) => row(target, by, since, why ?? '')));
  rowsInto('last', now.last.map((load) => row(report(load), load.outcome ?? (load.running ? 'running' : 'unfinished'), load.code ?? '', load.dataset, right(load.records), right(load.rejected), right(load.open), right(load.inserted), right(load.updated), load.startedAt.slice(0, 19) + 'Z', load.name)), 'no loads yet');
};
// a browser opens six connections to a host, all tabs together: those that nobody looks at leave theirs to the others
let source = null;
const listen = () => {
  if (source !== null) source.close();
  source = null;
  if (document.hidden) return;
  source = new EventSource('/events');
  source.addEventListener('message', ({ data }) => draw(JSON.parse(data)));
  source.addEventListener('error', () => draw({ now: null, trouble: 'landfall dev does not answer: it has ended, this page is of an earlier start, or too many pages are open.' }));
};
document.addEventListener('visibilitychange', listen);
listen();

const choose = at('dataset'), input = at('file'), drop = at('drop');
const judged = ({ id, name, dataset, trouble, lines, loadId, replaces }) => {
  const parts = trouble === undefined ? [] : [make('p', { class: 'trouble' }, trouble)];
  if (lines !== undefined) parts.push(make('h3', {}, name + ' into ' + dataset + ': nothing is written yet'), make('pre', {}, lines.join('\\n')));
  if (loadId !== undefined && loadId !== null) parts.push(make('p', {}, make('a', { href: '/reports/' + loadId }, 'The whole report of the dry run')));
  if (id !== undefined) {
    const yes = make('button', { type: 'button', id: 'load' }, 'Load it');
    const no = make('button', { type: 'button' }, 'Forget it');
    if (replaces) parts.push(make('p', {}, 'A file of this name lies in the landing folder already: this one takes its place.'));
    parts.push(make('p', {}, yes, ' ', no));
    const end = async (path) => {
      yes.disabled = no.disabled = true;
      const { said, trouble } = await ask(path, { id });
      at('judged').replaceChildren(make('p', trouble === undefined ? {} : { class: 'trouble' }, trouble ?? said));
    };
    yes.addEventListener('click', () => end('/load'));
    no.addEventListener('click', () => end('/forget'));
  }
  at('judged').replaceChildren(...parts);
};
const upload = async (file) => {
  at('judged').replaceChildren(make('p', {}, 'Reading ' + file.name + ', and trying it ...'));
  const answer = await fetch('/files?' + new URLSearchParams({ name: file.name, dataset: choose.value }), { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: file });
  judged(await answer.json());
};
const take = (files) => { if (files.length > 0) upload(files[0]).catch((error) => judged({ trouble: String(error) })); };
input.addEventListener('change', () => { take(input.files); });
for (const name of ['dragover', 'drop', 'dragleave']) drop.addEventListener(name, (event) => {
  event.preventDefault();
  drop.classList.toggle('over', name === 'dragover');
  if (name === 'drop') take(event.dataTransfer.files);
});
// beside the place a browser would leave the page for the file
for (const name of ['dragover', 'drop']) document.addEventListener(name, (event) => event.preventDefault());
fetch('/datasets').then((answer) => answer.json()).then(({ datasets }) => {
  choose.replaceChildren(...datasets.map((name) => make('option', { value: name }, name)));
  at('upload').hidden = datasets.length === 0;
});
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do: run its own script and style, ask this server, and be framed by nobody. */
export const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** @param below HTML of ours */
function table(
  id: string,
  title: string,
  heads: readonly string[],
  numbers: readonly number[] = [],
  below = '',
): string {
  const cells = heads.map((head, i) => `<th scope="col"${numbers.includes(i) ? ' class="number"' : ''}>${head}</th>`);
  return `<section hidden><h2>${title}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table id="${id}"><thead><tr>${cells.join('')}</tr></thead><tbody></tbody></table></div>${below}</section>`;
}

/** The page: the same bytes for everybody; what it shows comes by events. */
export const document = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Landfall</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Landfall: what runs now</h1>
<p class="soft">Database <span id="database">...</span></p>
<noscript><p>This page needs its script. The same on a terminal: landfall watch</p></noscript>
<p id="trouble" class="trouble" role="alert" hidden></p>
<div id="said" aria-live="polite"></div>
${table('held', 'Loads that wait for a yes', ['load', 'table', 'records', 'rejected', 'inserts', 'updates', 'answer'], [2, 3, 4, 5])}
${table('running', 'Loads that run', ['load', 'table', 'object', 'step', 'done', 'how fast, or what it waits for'])}
${table('queues', 'Tables waited for', ['table', 'loads', 'in their order'], [1])}
${table('paused', 'Paused tables', ['table', 'by', 'since', 'why'])}
${table('open', 'Open rejects', ['load', 'table', 'open', 'of rejected', 'rules that they broke', 'to see them, and to judge them again'], [2, 3], '<p id="left-open" class="soft"></p>')}
${table('awaiting', 'Rejects that wait for their parents', ['load', 'table', 'rejects', 'parents', 'until'], [2])}
<section id="upload" hidden><h2>Load a file</h2>
<div class="drop" id="drop"><label for="dataset">Into the dataset</label><select id="dataset"></select>
<label for="file">Drop a file here, or choose one: it is tried first, and nothing is written before you say so</label><input type="file" id="file"></div>
<div id="judged" aria-live="polite"></div></section>
${table('last', 'Last loads', ['load', 'outcome', 'code', 'dataset', 'records', 'rejected', 'open', 'inserted', 'updated', 'started', 'object'], [4, 5, 6, 7, 8])}
</main>
<script>${script}</script>
</body>
</html>
`;
