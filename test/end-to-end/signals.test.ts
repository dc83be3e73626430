/** Signals, time limits and readers that leave, as the command itself meets them. Needs `npm run build`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/cli/duration.js';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const run = join(folder, 'run');
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  /** From the signal to the end. */
  readonly seconds: number;
}

/** @param when told what was written to standard error so far; sends the signal once it says so. */
function start(args: readonly string[], signal: NodeJS.Signals, when: (stderr: string) => boolean): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let [stderr, sent] = ['', Number.NaN];
  child.stderr.on('data', (text) => {
    stderr += text;
    if (!Number.isNaN(sent) || !when(stderr)) return;
    sent = performance.now();
    child.kill(signal);
  });
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, stderr, seconds: (performance.now() - sent) / 1000 })),
  );
}

beforeAll(async () => {
  const { code, stderr } = await runCli('train', 'units=48', 'epochs=1', 'limit-train=100', '--out', run);
  expect(code, stderr).toBe(0);
}, 60_000);

describe('a signal ends within two seconds', () => {
  it.each([
    ['evaluate', run, '--attack', 'pgd=0.05,0.1,0.2,0.3', '--attack-draws', '60'],
    ['evaluate', run, '--perturb', 'white=0.1,0.2,0.3,0.4', '--seeds', '400'],
    ['analyze', run, '--hessian', '--rows', 'all'],
    ['analyze', run, '--margins', '--rows', 'all'],
  ])('%s %s %s %s', async (...args) => {
    const { code, stderr, seconds } = await start(args, 'SIGTERM', (text) => text.includes('%'));
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/stopped \(SIGTERM\)/);
    expect(seconds).toBeLessThan(2);
  });

  it('train, by a hang-up, and it is resumed', async () => {
    const out = join(folder, 'hung-up');
    const args = ['train', 'units=8', 'epochs=300', '--out', out];
    const { code, stderr, seconds } = await start(args, 'SIGHUP', (text) => text.includes('epoch'));
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/all saved \(SIGHUP\)/);
    expect(seconds).toBeLessThan(2);
    const resumed = await runCli('train', '--resume', out, '--time-limit', '0.2s');
    expect(resumed.code).toBe(130);
    expect(resumed.stderr).toMatch(/all saved \(time limit\)/);
  });
});

it('a reader of standard error that leaves does not end training', async () => {
  const out = join(folder, 'unread');
  const args = ['train', 'units=8', 'epochs=30', 'limit-train=60', '--out', out];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.destroy();
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
  expect(existsSync(join(out, 'result.json'))).toBe(true);
});

it('durations are read as schedulers and people write them', () => {
  const seconds = (text: string) => parseDuration('time-limit', text);
  expect(['90', '90s', '55m', '1h30m', '0.5h', '2d', '1:30', '1:30:00', '2-12:00:00'].map(seconds)).toEqual([
    90, 90, 3300, 5400, 1800, 172800, 90, 5400, 216000,
  ]);
  for (const text of ['', '0', '-5', 'soon', '1h30', '5x', '1e9y'])
    expect(() => seconds(text)).toThrow(/--time-limit: got .* expected a time/);
});
