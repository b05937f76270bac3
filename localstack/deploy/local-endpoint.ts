/**
 * The endpoint's origin where it is certainly no account: this machine, or a container by its bare name. Null for anything
 * else, private addresses included: an interface endpoint of a real account has one. `localhost` becomes 127.0.0.1,
 * because the AWS SDK puts a bucket's name in front of a name, and bucket.localhost leads nowhere on some machines.
 */
export function localEndpoint(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  const { hostname } = url;
  if (hostname === 'localhost' || hostname === 'localhost.localstack.cloud') url.hostname = '127.0.0.1';
  const isHere =
    /^127(\.\d{1,3}){3}$/.test(url.hostname) || hostname === '[::1]' || hostname === 'host.docker.internal';
  return isHere || /^[a-z][\w-]*$/i.test(hostname) ? url.origin : null;
}
