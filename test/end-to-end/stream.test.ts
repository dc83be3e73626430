/** The streaming example as a person runs it: sample by sample, the same as the batch to 1e-5. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './run-cli.js';

const example = fileURLToPath(new URL('../../examples/stream-ecg.mjs', import.meta.url));
const dataFolder = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const run = promisify(execFile);
const cwd = temporaryFolder();

async function stream(...args: string[]) {
  const { stdout } = await run(process.execPath, [example, ...args], { cwd });
  const [, right, shown] = /^(\d+) of (\d+) beats right/m.exec(stdout)!;
  const [, difference] = /between stream and batch: (\S+)/.exec(stdout)!;
  const [, rate] = /^(\d+) samples a second/m.exec(stdout)!;
  return { accuracy: Number(right) / Number(shown), difference: Number(difference), rate: Number(rate) };
}

describe('examples/stream-ecg.mjs', () => {
  it('follows the embedded heartbeats', async () => {
    const { accuracy, difference, rate } = await stream();
    expect(accuracy).toBeGreaterThan(0.85);
    expect(difference).toBeLessThan(1e-5);
    // A thousand a second is far below what even a busy machine does.
    expect(rate).toBeGreaterThan(1000);
  });

  it.skipIf(!existsSync(dataFolder))(
    'follows the beats of ECG5000 (skipped where ../shared/data is absent)',
    async () => {
      const { accuracy, difference } = await stream(dataFolder);
      expect(accuracy).toBeGreaterThan(0.85);
      expect(difference).toBeLessThan(1e-5);
    },
  );
});
