/** One run folder, two processes; and a folder that two have already spoilt. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeFiles } from '../../src/platform/node-files.js';
import { resumeRun, trainRun } from '../../src/train/train-run.js';
import { filesWithData, outcome, settings, trainInPieces } from './pieces.js';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const train = ['train', 'units=4', 'epochs=3', 'engine=reference', 'limit-train=40'];

it('of two processes on one run one works, and the other says who', async () => {
  const out = join(folder, 'two');
  const both = await Promise.all([runCli(...train, '--out', out), runCli(...train, '--out', out)]);
  const codes = both.map(({ code }) => code);
  expect(codes.sort(), both.map(({ stderr }) => stderr).join()).toEqual([0, 2]);
  expect(both.find(({ code }) => code === 2)?.stderr).toMatch(
    new RegExp(`being worked on \\(.*process ${process.pid}|holds a run already`),
  );
  expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('a run that is being worked on is not resumed', async () => {
  const files = { ...(await filesWithData()) };
  let second: unknown;
  await trainRun({
    files,
    settings,
    out: 'run',
    onProgress: ({ epoch }) => {
      if (epoch === 2) second ??= resumeRun({ files, run: 'run' }).catch((error: unknown) => error);
    },
  });
  expect(String(await second)).toMatch(/run is being worked on/);
});

it('a run that two processes have spoilt is mended and goes on to the same numbers', async () => {
  const whole = join(folder, 'whole');
  expect((await runCli(...train, '--out', whole)).code).toBe(0);
  const spoilt = join(folder, 'spoilt', 'run');
  cpSync(whole, spoilt, { recursive: true });
  const path = join(spoilt, 'metrics.jsonl');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  writeFileSync(path, `${[lines[0], lines[1], lines[1]?.slice(0, 9), lines[0], lines[2], lines[1]].join('\n')}\n`);
  writeFileSync(join(spoilt, 'result.json'), '{');
  writeFileSync(join(spoilt, '.config.yaml.1234.tmp'), 'half');
  expect((await runCli('train', '--resume', spoilt)).stderr).toMatch(/not JSON/);
  expect((await runCli('runs', join(folder, 'spoilt'))).stdout).toMatch(/damaged/);
  const { code, stdout } = await runCli('runs', '--repair', join(folder, 'spoilt'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ run: 'run', repaired: [expect.any(String), expect.any(String)] }]);
  expect((await runCli('train', '--resume', spoilt)).code).toBe(0);
  const kept = (run: string) => readFileSync(join(run, 'metrics.jsonl'), 'utf8').replace(/"seconds":[^,}]+/g, '');
  expect(kept(spoilt)).toBe(kept(whole));
  const last = (run: string) => readFileSync(join(run, 'checkpoints', 'last.safetensors'));
  expect(last(spoilt).equals(last(whole))).toBe(true);
  expect(readdirSync(spoilt).sort()).toEqual(readdirSync(whole).sort());
  expect((await runCli('runs', '--repair', spoilt)).stdout).toMatch(/nothing to mend/);
});

it('weights that cannot be read are computed again', async () => {
  const run = join(folder, 'weights');
  const [given, cut] = [
    { ...settings, data: 'heartbeats', limitTrain: 40, epochs: 2 },
    join(run, 'checkpoints', 'last.safetensors'),
  ];
  await trainRun({ files: nodeFiles, settings: given, out: run });
  const before = readFileSync(cut);
  await nodeFiles.remove(join(run, 'result.json'));
  writeFileSync(cut, before.subarray(0, 100));
  const { stdout } = await runCli('runs', '--repair', run);
  expect(stdout).toMatch(/last checkpoint cannot be read: the run starts anew/);
  await resumeRun({ files: nodeFiles, run });
  expect(readFileSync(cut).equals(before)).toBe(true);
});

it('a run that was resumed has its configuration in the same bytes', async () => {
  const [whole, pieces] = [await filesWithData(), await filesWithData()];
  await trainRun({ files: whole, settings, out: 'run' });
  await trainInPieces(pieces, settings, 7);
  expect(await outcome(pieces)).toEqual(await outcome(whole));
  const config = async (files: typeof whole) => new TextDecoder().decode(await files.read('run/config.yaml'));
  expect(await config(pieces)).toBe(await config(whole));
});
