/** The stand-alone module, imported and asked, against our own predictions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRunModel } from '../../src/deploy/run-model.js';
import type { StreamState, StreamStep } from '../../src/deploy/stream.js';
import { js } from '../../src/export/js/exporter.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import type { LoadedRun } from '../../src/train/load-run.js';
import type { Predictions } from '../../src/train/predict.js';
import { temporaryFolder } from '../end-to-end/run-cli.js';
import { bothWays, exportedRuns, runOf, seriesFor } from './runs.js';

interface Script {
  readonly classes: readonly string[];
  readonly channels: number;
  readonly predict: (series: unknown) => Predictions;
  readonly initialState: () => StreamState;
  readonly step: (state: StreamState, x: ArrayLike<number> | number) => StreamStep;
  readonly stream: (options: { window: number; overlap?: number }) => { step(x: ArrayLike<number>): Predictions };
}

const folder = temporaryFolder();
let last = 0;

async function imported(run: LoadedRun, settings = {}): Promise<{ script: Script; bytes: number }> {
  const made = await js.create({ files: createMemoryFiles(), run, settings, version: '1', horizon: null, out: 'x.js' });
  last += 1;
  const path = join(folder, `script${last}.mjs`);
  writeFileSync(path, made.files[0].content);
  return { script: (await import(pathToFileURL(path).href)) as Script, bytes: Number(made.result.bytes) };
}

async function predicted(run: LoadedRun, series: readonly Float32Array[], calibrated = false): Promise<Predictions> {
  const model = createRunModel(run, { engine: 'reference', calibrated });
  const found = await model.predict([...series]);
  await model.close();
  return found;
}

function expectClose(found: readonly (readonly number[])[] = [], expected: readonly (readonly number[])[] = []) {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [row, own] of expected.entries())
    for (const [i, value] of own.entries()) expect(found[row]![i]).toBeCloseTo(value, 6);
}

describe.each(Object.entries(exportedRuns))('%s', (_, run) => {
  it('predicts as the run does, and step by step', async () => {
    const { script } = await imported(run);
    const series = seriesFor(run, [9, 4, 1], 2);
    const expected = await predicted(run, series);
    const found = script.predict(series);
    expect(found.labels).toEqual(expected.labels);
    expectClose(found.probabilities, expected.probabilities);
    const scaled = (values: Predictions['values']) =>
      values?.map((own) => own.map((value, j) => value / run.preprocessing.targets!.scale[j]!));
    expectClose(scaled(found.values), scaled(expected.values));
    expect(found.steps?.map(({ labels }) => labels)).toEqual(expected.steps?.map(({ labels }) => labels));
    if (bothWays(run)) return;
    const [own] = series;
    let state = script.initialState();
    const before = JSON.stringify(state);
    let output: Predictions | undefined;
    const start = state;
    for (let at = 0; at < own!.length; at += script.channels)
      ({ state, output } = script.step(state, own!.subarray(at, at + script.channels)));
    expectClose(output?.probabilities, expected.probabilities.slice(0, 1));
    expect(JSON.stringify(start)).toBe(before);
  });
});

describe('the module', () => {
  it('keeps labels as they were written, and is small beside its weights', async () => {
    const classes = ['</script>', 'it\'s "b" \\ `x`', 'ü\u2028日本'];
    const run = runOf([{ cell: 'noisy' }], { classes, temperature: 2.5 });
    const { script, bytes } = await imported(run, { calibrated: true });
    expect(script.classes).toEqual(classes);
    expect(bytes).toBeLessThan(8000);
    const series = seriesFor(run, [5]);
    expectClose(script.predict(series).probabilities, (await predicted(run, series, true)).probabilities);
  });

  it('takes series in the forms that loadRun takes, and refuses what is no series', async () => {
    const { script } = await imported(exportedRuns.gru!);
    const whole = script.predict([0.1, 0.2, 0.3, 0.4]);
    expect(
      script.predict([
        [0.1, 0.2],
        [0.3, 0.4],
      ]),
    ).toEqual(whole);
    expect(
      script.predict([
        [
          [0.1, 0.2],
          [0.3, 0.4],
        ],
      ]),
    ).toEqual(whole);
    expect(script.predict(Float64Array.of(0.1, 0.2, 0.3, 0.4))).toEqual(whole);
    expect(() => script.predict([0.1, 0.2, 0.3])).toThrow(/3 values, expected a multiple of 2/);
    expect(() => script.predict([0.1, Number.NaN])).toThrow(/step 0: got NaN/);
  });

  it('fills missing values by the rule of the run', async () => {
    const { script } = await imported(exportedRuns['filled, offset']!);
    expect(script.predict([101325, Number.NaN])).toEqual(script.predict([101325, 333333]));
  });

  it('a stream starts anew at the end of a window', async () => {
    const run = exportedRuns.gru!;
    const { script } = await imported(run);
    const [series] = seriesFor(run, [20]);
    const followed = script.stream({ window: 8, overlap: 3 });
    for (let step = 0; step < 20; step++) {
      const start = step < 8 ? 0 : 5 * Math.floor((step - 3) / 5);
      const found = followed.step(series!.subarray(2 * step, 2 * step + 2));
      expectClose(found.probabilities, script.predict(series!.subarray(2 * start, 2 * step + 2)).probabilities);
    }
    expect(() => script.stream({ window: 8, overlap: 5 })).toThrow(/window 8, overlap 5/);
  });
});
