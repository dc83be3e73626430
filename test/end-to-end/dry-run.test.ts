/** `train --dry-run`: the plan of the very run that would start, and nothing on disk. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.js';
import { writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const data = writeTinyData(join(folder, 'data'));
const out = join(folder, 'run');
const args = ['train', '--data', data, '--engine', 'reference', 'units=3', 'epochs=7', 'batchSize=16', '--out', out];

it('prints what would be trained, measured by real steps, and writes nothing', async () => {
  const { code, stdout, stderr } = await runCli(...args, '--dry-run', '--json');
  expect(code, stderr).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan).toMatchObject({
    settings: { units: 3, epochs: 7, batchSize: 16, model: 'noisy', data },
    data: { train: 40, validation: 20, steps: 12, channels: 1, classes: 2 },
    ...{ engine: 'reference', threads: 1, epochs: 7, updatesPerEpoch: 3, measured: 4 },
    residentBytes: expect.toSatisfy((bytes: number) => bytes > 2 ** 20),
  });
  expect(plan.seconds).toBeGreaterThan(7 * 3 * plan.secondsPerUpdate);
  expect(readdirSync(folder)).toEqual(['data']);
  const { stdout: trained } = await runCli(...args, '--json');
  expect(JSON.parse(trained).parameters).toBe(plan.parameters);
});

it('prints text for people, and finds what is wrong with the settings', async () => {
  const { stdout } = await runCli(...args, '--dry-run');
  expect(stdout).toMatch(/^all +7 epochs of 3 updates: about \d/m);
  expect(stdout).toContain('nothing was written (--dry-run)');
  expect(await runCli(...args, '--dry-run', 'epochs=0')).toMatchObject({ code: 2 });
  const both = await runCli('train', '--dry-run', '--resume', out);
  expect(both.stderr).toContain('leave one of them out');
  expect(both.code).toBe(2);
});
