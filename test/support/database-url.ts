/** The same server and role, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** The same server and database, by another login; the password is that of all roles that tests make. */
export function loginUrl(url: string, role: string, password = 'secret'): string {
  const own = new URL(url);
  [own.username, own.password] = [role, password];
  return own.href;
}

/** The database that a URL names. */
export function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}
