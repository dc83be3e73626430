/** ONNX files run by ONNX Runtime (the build for pages, in Node) against our own predictions. */
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { afterAll, describe, expect, it } from 'vitest';
import { createRunModel } from '../../src/deploy/run-model.js';
import { InputError } from '../../src/errors.js';
import { createOnnx, toOnnx } from '../../src/export/onnx/to-onnx.js';
import type { LoadedRun } from '../../src/train/load-run.js';
import type { Predictions } from '../../src/train/predict.js';
import { bothWays, exportedRuns, padded, runOf, seriesFor } from './runs.js';

const lengths = [9, 4, 1, 9];
const tolerance = 1e-6;

async function predicted(run: LoadedRun, series: readonly Float32Array[]): Promise<Predictions> {
  const model = createRunModel(run, { engine: 'reference' });
  const found = await model.predict([...series]);
  await model.close();
  return found;
}

type Feeds = Record<string, Tensor>;

async function open(bytes: Uint8Array) {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, executionProviders: ['wasm'] });
  sessions.push(session);
  return (feeds: Feeds) => session.run(feeds);
}
const sessions: InferenceSession[] = [];
afterAll(async () => {
  for (const session of sessions) await session.release();
});

const numbers = (tensor: Tensor | undefined) => [...(tensor!.data as Float32Array)];
const strings = (tensor: Tensor | undefined) => [...(tensor!.data as unknown as string[])];

/** Values relative to the targets' scale. */
function expectEqual(found: Readonly<Record<string, Tensor>>, expected: Predictions, run: LoadedRun) {
  const { targets } = run.preprocessing;
  if (targets) {
    const scaled = (rows: readonly (readonly number[])[]) =>
      rows.flatMap((row) => row.map((value, j) => (value - targets.mean[j]!) / targets.scale[j]!));
    const width = targets.width;
    const flat = numbers(found.values);
    const rows = Array.from({ length: flat.length / width }, (_, row) => flat.slice(row * width, (row + 1) * width));
    expectClose(scaled(rows), scaled(expected.values!), 1e-5);
    return;
  }
  expectClose(numbers(found.probabilities), expected.probabilities.flat(), tolerance);
  expect(strings(found.labels)).toEqual(expected.labels);
}

function expectClose(found: readonly number[], expected: readonly number[], most: number) {
  expect(found).toHaveLength(expected.length);
  const largest = found.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0);
  expect(largest).toBeLessThan(most);
}

describe.each(Object.entries(exportedRuns))('%s', (_, run) => {
  const { channels } = run.preprocessing;
  // Where an offset of a million is in the way, float32 inputs are what they are: steps and lengths are as exact.
  const whole = seriesFor(run, [9, 9, 9]);

  it('whole series', async () => {
    const { values, steps } = padded(whole, channels);
    const found = await (await open(toOnnx(run, { lengths: false })))({
      x: new Tensor('float32', values, [3, steps, channels]),
    });
    expectEqual(found, await predicted(run, whole), run);
  });

  it('series of different lengths, NaN beyond their ends', async () => {
    const series = seriesFor(run, lengths, 2);
    const { values, steps } = padded(series, channels);
    const found = await (await open(toOnnx(run, { lengths: true })))({
      x: new Tensor('float32', values, [lengths.length, steps, channels]),
      lengths: new Tensor('int64', BigInt64Array.from(lengths.map(BigInt)), [lengths.length]),
    });
    const expected = await predicted(run, series);
    expectEqual(found, expected, run);
    if (expected.steps === undefined || found.step_probabilities === undefined) return;
    const width = run.preprocessing.classes.length;
    for (const [row, own] of expected.steps.entries()) {
      const start = row * steps * width;
      const mine = numbers(found.step_probabilities).slice(start, start + own.labels.length * width);
      expectClose(mine, own.probabilities.flat(), tolerance);
    }
  });

  it.runIf(!bothWays(run))('step by step, and in chunks, the state going round', async () => {
    const rows = whole.length;
    const expected = await predicted(run, whole);
    const follow = async (form: 'step' | 'chunk', pieces: readonly number[]) => {
      const use = await open(toOnnx(run, { form }));
      let state: Feeds = {};
      for (const [name, width] of Object.entries(run.model.state)) {
        const learned = run.model.initial[name];
        const own = learned ? run.parameters[learned]!.data : new Float64Array(width);
        const values = Float32Array.from({ length: rows * width }, (_, i) => own[i % width]!);
        state[name] = new Tensor('float32', values, [rows, width]);
      }
      let at = 0;
      let found: Readonly<Record<string, Tensor>> = {};
      for (const steps of pieces) {
        const values = whole.flatMap((own) => [...own.subarray(at * channels, (at + steps) * channels)]);
        const shape = form === 'step' ? [rows, channels] : [rows, steps, channels];
        found = await use({ x: new Tensor('float32', Float32Array.from(values), shape), ...state });
        state = Object.fromEntries(Object.keys(state).map((name) => [name, found[`${name}_next`]!]));
        at += steps;
      }
      expectEqual(found, expected, run);
    };
    await follow('step', new Array(9).fill(1));
    await follow('chunk', [4, 1, 4]);
  });
});

describe('what the file says and refuses', () => {
  const run = runOf([{ cell: 'noisy' }], { classes: ['it\'s "b"', '*/ ü 日本', ''], temperature: 2.5 });

  it('labels are texts as they were written', async () => {
    const series = seriesFor(run, [5, 5, 5, 5]);
    const { values } = padded(series, 2);
    const found = await (await open(toOnnx(run)))({
      x: new Tensor('float32', values, [4, 5, 2]),
      lengths: new Tensor('int64', BigInt64Array.of(5n, 5n, 5n, 5n), [4]),
    });
    expect(strings(found.labels)).toEqual((await predicted(run, series)).labels);
  });

  it('a missing value without a rule gives no label', async () => {
    const x = new Tensor('float32', Float32Array.of(0.1, Number.NaN, 0.2, 0.3), [1, 2, 2]);
    const found = await (await open(toOnnx(run, { lengths: false })))({ x });
    expect(numbers(found.probabilities)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(strings(found.labels)).toEqual(['']);
  });

  it('a missing value is filled by the rule of the run', async () => {
    const filled = exportedRuns['filled, offset']!;
    const [series] = seriesFor(filled, [4]);
    const use = await open(toOnnx(filled, { lengths: false }));
    const given = (values: Float32Array) => use({ x: new Tensor('float32', values, [1, 4, 2]) });
    const known = series!.slice();
    known[3] = 333333;
    const gap = known.slice();
    gap[3] = Number.NaN;
    expect(numbers((await given(gap)).probabilities)).toEqual(numbers((await given(known)).probabilities));
  });

  it('calibrated probabilities', async () => {
    const series = seriesFor(run, [6]);
    const model = createRunModel(run, { engine: 'reference', calibrated: true });
    const expected = await model.predict(series);
    const found = await (await open(toOnnx(run, { lengths: false, calibrated: true })))({
      x: new Tensor('float32', series[0]!, [1, 6, 2]),
    });
    expectClose(numbers(found.probabilities), expected.probabilities.flat(), tolerance);
    await model.close();
    expect(() => toOnnx(exportedRuns.gru!, { calibrated: true })).toThrow(/no temperature/);
  });

  it('takes `lengths` where the run was trained on rows of different lengths', () => {
    const names = (steps: number) =>
      createOnnx({ ...run, preprocessing: { ...run.preprocessing, steps } }).inputs.map(({ name }) => name);
    expect(names(0)).toEqual(['x', 'lengths']);
    expect(names(12)).toEqual(['x']);
  });

  it('says its shapes', () => {
    const { form, inputs, outputs, opset } = createOnnx(run, { form: 'step' });
    expect({ form, opset }).toEqual({ form: 'step', opset: 17 });
    expect(inputs).toEqual([
      { name: 'x', shape: ['rows', 2] },
      { name: 'h', shape: ['rows', 7] },
    ]);
    expect(outputs).toEqual([
      { name: 'probabilities', shape: ['rows', 3] },
      { name: 'labels', shape: ['rows'] },
      { name: 'logits', shape: ['rows', 3] },
      { name: 'h_next', shape: ['rows', 7] },
    ]);
  });

  it('equal prepared matrices are written once', () => {
    const euler = toOnnx(runOf([{ cell: 'noisy', units: 32 }])).length;
    expect(toOnnx(runOf([{ cell: 'noisy', units: 32, solver: 'rk4' }])).length).toBeLessThan(1.6 * euler);
  });

  it('a model that reads both ways has no step', () => {
    const both = exportedRuns['mixed, both ways']!;
    expect(() => toOnnx(both, { form: 'step' })).toThrow(InputError);
    expect(() => toOnnx(both, { form: 'chunk' })).toThrow(/reads its series backwards too/);
  });
});
