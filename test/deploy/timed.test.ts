/** Runs trained on times: predictions of whole series and live streams are the same numbers, and nothing is guessed. */
import { describe, expect, it } from 'vitest';
import type { TimeScale } from '../../src/data/index.js';
import { createRunModel, followsTimes, type TimedRunModel } from '../../src/deploy/run-model.js';
import { type LoadedOptions, loadedRun } from './loaded.js';

const scale: TimeScale = {
  ...{ unit: 's', median: 0.5, least: 0.1, most: 40, even: false },
  ...{ follows: true, maxStep: 4, onGap: 'parts', channel: false },
};

function model(options: LoadedOptions = {}, more: Partial<TimeScale> = {}): TimedRunModel {
  const run = loadedRun(options);
  const preprocessing = { ...run.preprocessing, time: { ...scale, ...more } };
  const found = createRunModel({ ...run, preprocessing }, { engine: 'reference' });
  if (!followsTimes(found)) throw new Error('the run does not follow times');
  return found;
}

const series = [
  [0.3, -1],
  [1, 0.2],
  [-0.5, 0.5],
  [0, 1],
  [0.7, 0.7],
];
const times = [10, 10.5, 10.6, 17, 17.25];

describe('a run trained on times', () => {
  it.each<LoadedOptions>([
    {},
    { layers: 2, step: 'learned', initialState: 'learned:scale=0.5' },
    { cell: 'antisymmetric', solver: 'heun', readout: 'every' },
  ])('steps to what it predicts, gaps in parts: %j', async (options) => {
    for (const onGap of ['parts', 'split'] as const) {
      const of = model(options, { onGap });
      const whole = await of.predict(series, { times });
      let state = of.initialState();
      let answer: readonly number[] = [];
      for (const [at, x] of series.entries()) {
        const { state: next, output } = of.step(state, x, {
          dt: at === 0 ? of.time.median : times[at]! - times[at - 1]!,
        });
        state = next;
        answer = output.logits[0]!;
      }
      for (const [k, value] of whole.logits.at(-1)!.entries()) expect(answer[k]).toBeCloseTo(value, 10);
    }
  });

  it('gives each of several streams what it has alone', () => {
    const of = model({ layers: 2 });
    const start = of.initialState(2);
    const both = of.step(start, [...series[0]!, ...series[1]!], { dt: [0.4, 30] });
    const alone = [0.4, 30].map((dt, row) => of.step(of.initialState(), series[row]!, { dt }).output.logits[0]);
    expect(both.output.logits).toEqual(alone);
  });

  it('asks for times, and for times that can be', async () => {
    const of = model();
    // @ts-expect-error the type asks for dt
    expect(() => of.step(of.initialState(), series[0]!)).toThrow('{ dt }');
    expect(() => of.step(of.initialState(), series[0]!, { dt: 0 })).toThrow('above 0');
    await expect(of.predict(series)).rejects.toThrow('{ times }');
    await expect(of.predict(series, { times: [1, 2, 3, 3, 4] })).rejects.toThrow('increasing');
    await expect(of.predict(series, { times: [1, 2] })).rejects.toThrow('one a step');
  });

  it('reads the time since the step before where that is an input', async () => {
    const run = loadedRun({ channels: 2 });
    const time = { ...scale, follows: false, channel: true };
    const of = createRunModel({ ...run, preprocessing: { ...run.preprocessing, time } }, { engine: 'reference' });
    expect(of.channels).toBe(1);
    const whole = await of.predict([0.3, 1], { times: [0, 3] });
    const first = of.step(of.initialState(), 0.3, { dt: 0.5 });
    expect(of.step(first.state, 1, { dt: 3 }).output.logits).toEqual(whole.logits);
    expect(() => of.step(first.state, 1)).toThrow('{ dt }');
  });
});

it('a run without times has no use for dt', () => {
  const of = createRunModel(loadedRun(), { engine: 'reference' });
  expect(() => of.step(of.initialState(), series[0]!, { dt: 1 })).toThrow('leave out dt');
});
