/** `doctor --plan` against what a process really takes. Needs `npm run build`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const node = (args: string[], input = '') => spawnSync(process.execPath, args, { encoding: 'utf8', input });

interface Planned {
  readonly memory: { readonly totalBytes: number; readonly segments: { readonly steps: number } | null };
  readonly peakMegabytes: number;
}

/** The plan of a fresh process. */
function planOf(size: string, ...flags: string[]): Planned {
  const args = [pathOf('dist/cli/main.js'), 'doctor', '--plan', size, '--engine', 'wasm', '--threads', '2', '--json'];
  const { status, stdout, stderr } = node([...args, ...flags]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('doctor --plan', () => {
  it.each([
    ['train', { cell: 'noisy', units: 64, steps: 300, batch: 64 }],
    ['infer', { cell: 'noisy', units: 64, steps: 300, batch: 64 }],
  ])('a process that does the work (%s) stays within the plan', (mode, work) => {
    const { units, steps, batch } = work;
    const plan = planOf(`${units}x${steps}x${batch}`, ...(mode === 'infer' ? ['--infer'] : []));
    const settings = JSON.stringify({ work, mode, engine: 'wasm', threads: 2 });
    const { stdout } = node([pathOf('bench/ours.mjs'), settings], '{"go":3}\n{"end":true}\n');
    const { peakMegabytes } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(peakMegabytes * 1.048576).toBeLessThanOrEqual(plan.peakMegabytes);
    expect(plan.memory.totalBytes / 1e6).toBeLessThan(plan.peakMegabytes);
  });

  it('stores all steps where they fit, and checkpoints about √M of them where they do not', () => {
    expect(planOf('128x784x128').memory.segments).toBeNull();
    const long = planOf('128x100000x32');
    expect(long.memory.segments!.steps).toBeGreaterThan(Math.sqrt(100_000) / 4);
    expect(long.memory.segments!.steps).toBeLessThan(Math.sqrt(100_000) * 4);
    expect(long.peakMegabytes).toBeLessThan(1300);
  });

  it('refuses a size that is none, and an engine that does not plan', async () => {
    const size = await runCli('doctor', '--plan', '128x784');
    expect(size).toMatchObject({ code: 2, stderr: expect.stringContaining('expected UNITSxSTEPSxBATCH') });
    const engine = await runCli('doctor', '--plan', '8x8x8', '--engine', 'reference');
    expect(engine).toMatchObject({ code: 2, stderr: expect.stringContaining('does not plan its memory') });
  });
});
