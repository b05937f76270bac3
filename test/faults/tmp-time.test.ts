import { it } from 'vitest';
import { testPipeline } from '../support/pipeline.ts';
import { startPgProxy } from './pg-proxy.ts';
it('time', async () => {
  let port = 0;
  const pipeline = await testPipeline('create table public.t (id integer primary key, name text unique, n integer check (n >= 0))', { url: (d) => { const u = new URL(d); if (port) u.host = `127.0.0.1:${port}`; return u.href; } });
  const { hostname: host, port: p } = new URL(pipeline.url);
  const proxy = await startPgProxy({ host, port: Number(p) });
  const path = await pipeline.file('t.csv', 'id,name,n\n' + Array.from({ length: 300 }, (_, i) => `${i},name ${i},${i}\n`).join(''));
  for (let i = 0; i < 6; i++) {
    port = i % 2 ? proxy.port : 0;
    proxy.watch(() => null);
    await pipeline.run('truncate landfall.loads, landfall.slices, landfall.batches, landfall.rejects, landfall.leases restart identity; truncate public.t');
    const t = performance.now();
    const times: string[] = []; let last = t;
    pipeline.before = ({ event }) => { const now = performance.now(); times.push(`${String(event['state'])} ${Math.round(now - last)}`); last = now; };
    await pipeline.execute({ bucket: 'file://', key: path, into: 'public.t', businessKey: ['id'], sliceBytes: 1000, limits: { batchRows: 20 } });
    console.log(i, port, Math.round(performance.now() - t), 'ms', proxy.messages(), times.join(', '));
  }
  await pipeline.end(); await proxy.close();
}, 120000);
