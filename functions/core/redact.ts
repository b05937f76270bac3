import { percentDecoded } from './object-url.ts';

/**
 * Takes passwords and keys out of words that are shown, logged, sent or kept: of errors of drivers, SDKs and servers, and of what
 * was typed wrongly. By their form, wherever they come from; and those that this process was given, by their value. Where the two
 * meanings are near (`a:b@c`), rather too much is taken out. For words only: never of rows, whose cells may look like anything.
 */
const hidden = '***';

/** Longer than any password that is meant: what is searched from each place has an end. */
const most = 1_000;

const nameOfSecret = String.raw`(?:password|passwd|passphrase|pwd|secret|token|signature|credential|api[_-]?key|access[_-]?key|\bsig)[\w-]{0,40}`;

const forms: readonly (readonly [RegExp, string])[] = [
  // names and values: password='...', "password": "...", the same within JSON, password=..., ?sslpassword=..., X-Amz-Signature=...
  [
    new RegExp(
      String.raw`(${nameOfSecret}["']?\s{0,9}(?:=|%3D|:)\s{0,9})(?:(')(?:[^'\\]|\\.){0,${most}}'|(")(?:[^"\\]|\\.){0,${most}}")`,
      'gis',
    ),
    `$1$2$3${hidden}$2$3`,
  ],
  [
    new RegExp(String.raw`(${nameOfSecret}\\{1,9}["']\s{0,9}:\s{0,9}\\{1,9}["'])[^"'\\]{1,${most}}`, 'gi'),
    `$1${hidden}`,
  ],
  [new RegExp(String.raw`(${nameOfSecret}\s{0,9}(?:=|%3D)\s{0,9})[^\s&;,"')\\]{1,${most}}`, 'gi'), `$1${hidden}`],
  // user:password@ behind a scheme (PASSWORD is ours, in what messages tell to write), also where the password holds / ? # @ :
  [
    new RegExp(
      String.raw`(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#@"'<>]{0,200}):(?!PASSWORD@)[^\s"'<>]{0,${most}}@`,
      'gi',
    ),
    `$1:${hidden}@`,
  ],
  // the same cut off before its host: what follows the colon is no port
  [
    new RegExp(
      String.raw`(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#@"'<>[]{1,200}):(?!\d{1,5}(?:[^\w]|$)|PASSWORD@|\*\*\*@)[^\s"'<>]{1,${most}}`,
      'gi',
    ),
    `$1:${hidden}`,
  ],
  // a token that stands for a user
  [/(\bhttps?:\/\/)[^\s/:?#@"'<>]{1,1000}@/gi, `$1${hidden}@`],
  // user:password@host without a scheme
  [
    new RegExp(String.raw`(^|[\s"'(=])([\w.+-]{1,64}):(?!\/\/|PASSWORD@)[^\s"'<>]{1,${most}}@(?=[\w[])`, 'gm'),
    `$1$2:${hidden}@`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,4000}/g, `$1 ${hidden}`],
  // a line of a password file: host:port:database:user:password
  [/^([^\s:]{0,255}:(?:\d{1,5}|\*):[^\s:]{1,63}:[^\s:]{1,63}:)[^\n]+$/gm, `$1${hidden}`],
];

/** The text without secrets; `known` ones are taken out by their value, in whatever form. */
export function redact(text: string, known: readonly string[] = []): string {
  const unknown = known.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  return forms.reduce((rest, [form, instead]) => rest.replaceAll(form, instead), unknown);
}

/** Variables whose whole value is a secret, and those that are URLs or keywords with one inside. */
const secretVariables = ['PGPASSWORD', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
const urlVariables = ['DATABASE_URL', 'LANDFALL_FUNCTIONS_DATABASE_URL'];

/** Secrets of an environment, and of `urls` that were typed; longest first, so that none is left half. */
export function secretsOf(
  env: Readonly<Record<string, string | undefined>>,
  urls: readonly string[] = [],
): readonly string[] {
  const whole = secretVariables.flatMap((name) => env[name] ?? []);
  const inside = [...urlVariables.flatMap((name) => env[name] ?? []), ...urls].flatMap(passwordsIn);
  const all = [...whole, ...inside].flatMap((secret) => [
    secret,
    percentDecoded(secret),
    encodeURIComponent(percentDecoded(secret)),
  ]);
  return [...new Set(all)].filter(isTelling).toSorted((a, b) => b.length - a.length);
}

/** What is short, or the name of things here, would be found in words that are no secret. */
function isTelling(secret: string): boolean {
  return secret.length >= 6 && !/^(postgres|postgresql|landfall|password|public|localhost)$/i.test(secret);
}

/** Of a URL, keywords, or what was meant to be one: whatever could be the password. */
function passwordsIn(url: string): readonly string[] {
  const [, user = '', behind = ''] = /^(?:[a-z][a-z0-9+.:-]*:\/\/)?([^\s:/?#@]*):(?!\/\/)(.*)@/is.exec(url) ?? [];
  const named = [...url.matchAll(/password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&]+))/gi)];
  const parameter = /[?&]\w*password=(([^&#]*).*)$/is.exec(url) ?? [];
  const line = /^[^\s:]*:(?:\d+|\*):[^\s:]*:[^\s:]*:(.+)$/m.exec(url);
  return [
    // what cannot be read may be the password as a whole
    ...(isPlainUrl(url) ? [] : [url]),
    ...(behind === user ? [] : [behind]),
    ...named.flatMap(([, quoted, plain]) => quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain ?? []),
    ...parameter.slice(1),
    ...(line?.slice(1) ?? []),
  ];
}

function isPlainUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { pathname, hash } = new URL(text);
  return !pathname.includes('@') && hash === '';
}

/** Parameters of a database URL that say nothing secret. */
const shownParameters = new Set([
  'sslmode',
  'ssl',
  'sslrootcert',
  'host',
  'port',
  'user',
  'application_name',
  'require_auth',
  'connect_timeout',
]);

/** A database URL as it may be shown: without its password, and with no parameter that could be one. What is none is not shown at all. */
export function shownDatabaseUrl(text: string): string {
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return hidden;
  const url = new URL(text);
  if (url.password !== '') url.password = hidden;
  url.hash = '';
  for (const name of new Set(url.searchParams.keys())) {
    if (!shownParameters.has(name)) url.searchParams.set(name, hidden);
  }
  return url.href;
}
