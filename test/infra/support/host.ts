import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defineDataset } from '../../../index.ts';
import { existing, Landfall, type LandfallProps } from '../../../infra/index.ts';

/** A dataset that says all it can about when its files come, and one that says next to nothing. */
export const declared = [
  defineDataset({
    name: 'rates',
    prefix: 'rates/',
    table: 'public.rates',
    key: ['currency', 'valid_on'],
    schedule: { expression: 'rate(1 day)' },
    fetch: { url: 'https://rates.example.com/today.csv', secret: 'rates/login' },
  }),
  { name: 'orders', prefix: 'orders/', table: 'public.orders', key: ['id'] },
];

/** What most hosts need. */
export const usual: LandfallProps = { datasets: declared, database: existing({ secret: 'shop/database' }) };

/** Runs with an app of somebody's own: no cdk.json, and the context that it has. Nothing is bundled, which takes the time. */
export function inHost<T>(use: (app: App) => T, context: Readonly<Record<string, unknown>> = {}): T {
  process.env['CDK_VALIDATION'] = 'false';
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), 'landfall-host-')),
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
  });
  try {
    return use(app);
  } finally {
    rmSync(app.outdir, { recursive: true, force: true });
  }
}

/** The template of a stack with one Landfall in it. */
export function templateOf(
  props: (stack: Stack) => LandfallProps,
  more: (landfall: Landfall, stack: Stack) => void = () => {},
): Template {
  return inHost((app) => {
    const stack = new Stack(app, 'Shop');
    more(new Landfall(stack, 'Landfall', props(stack)), stack);
    return Template.fromStack(stack);
  });
}
