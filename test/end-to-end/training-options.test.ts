/** Options of training as a run has them: exact when resumed, and what each promises. */
import { describe, expect, it } from 'vitest';
import type { GivenConfiguration } from '../../src/train/configuration.js';
import { decodeState } from '../../src/train/run-state.js';
import { resumeRun, trainRun } from '../../src/train/train-run.js';
import { filesWithData, outcome, settings, trainInPieces } from './pieces.js';

const trained = async (given: GivenConfiguration) => {
  const files = await filesWithData();
  const result = await trainRun({ files, settings: { ...settings, ...given }, out: 'run' });
  return { ...(await outcome(files)), result, files };
};

describe('a run that is interrupted and resumed', () => {
  it.each<GivenConfiguration>([
    { noiseSchedule: 'linear:from=0,to=1,updates=9' },
    { noiseSchedule: 'cosine', regularizer: 'explicit' },
    { accumulate: 3, antithetic: true, inputNoise: 0.1 },
    { patience: 2, minDelta: 0.01, selection: 'loss' },
    {
      stack: [
        { units: 3, bidirectional: true },
        { model: 'gru', initialState: 'learned:scale=0.1' },
      ],
      groups: [],
    },
    { bidirectional: true, engine: 'wasm', noiseSchedule: 'warmup', accumulate: 2 },
  ])('ends in the same bits with %j, which are not those without', async (given) => {
    const { last, best, metrics } = await trained(given);
    const pieces = await filesWithData();
    expect(await trainInPieces(pieces, { ...settings, ...given }, 2)).toBeGreaterThan(1);
    expect(await outcome(pieces)).toMatchObject({ last, best, metrics });
    expect((await trained({ engine: given.engine })).last).not.toEqual(last);
  });
});

describe('gradient accumulation', () => {
  it('trains like batches as large as all together, to rounding', async () => {
    const weights = ({ last }: { last: Uint8Array }) => decodeState(last).parameters;
    const apart = await trained({ batchSize: 5, accumulate: 3, inputNoise: 0.1 });
    const together = await trained({ batchSize: 15, inputNoise: 0.1 });
    for (const [name, { data }] of Object.entries(weights(together)))
      for (const [i, value] of data.entries()) expect(weights(apart)[name]!.data[i], name).toBeCloseTo(value, 9);
    const losses = (run: typeof apart) => run.metrics.map(({ trainLoss }) => Number(trainLoss));
    for (const [i, loss] of losses(together).entries()) expect(losses(apart)[i]).toBeCloseTo(loss, 9);
  });
});

describe('a noise schedule', () => {
  it('says in the metrics what the noise was multiplied by, and only where there is one', async () => {
    const { metrics } = await trained({ noiseSchedule: 'linear:from=0,to=0.5' });
    expect(metrics.map(({ noiseScale }) => Number(noiseScale).toFixed(6))).toEqual([
      '0.000000',
      '0.166667',
      '0.333333',
      '0.500000',
    ]);
    expect((await trained({})).metrics[0]).not.toHaveProperty('noiseScale');
  });

  it('of a constant 1 gives the run without a schedule, to the byte', async () => {
    for (const engine of ['reference', 'wasm'] as const) {
      const flat = await trained({ engine, noiseSchedule: 'linear:from=1,to=1' });
      expect(flat.last).toEqual((await trained({ engine })).last);
    }
  });

  it('is refused where the model draws no noise', async () => {
    const run = trained({ noise: 'none', noiseSchedule: 'linear', groups: [] });
    await expect(run).rejects.toThrow('noiseSchedule: the model draws no noise');
  });
});

describe('early stopping', () => {
  it('ends the run after so many epochs without improvement, which then is done', async () => {
    // Nothing is learnt, so nothing improves on the first epoch.
    const { result, metrics, files } = await trained({ lr: 0, epochs: 9, patience: 3 });
    expect(result).toMatchObject({ epochs: 4, stoppedEarly: true, bestEpoch: 1 });
    expect(metrics.length).toBe(4);
    expect(await resumeRun({ files, run: 'run' })).toEqual(result);
  });

  it('counts only improvements above minDelta, and leaves the best epoch to selection', async () => {
    const patient = await trained({ epochs: 6, patience: 2, selection: 'loss', lr: 0.01 });
    const eager = await trained({ epochs: 6, patience: 2, selection: 'loss', lr: 0.01, minDelta: 10 });
    expect(eager.result).toMatchObject({ epochs: 3, stoppedEarly: true });
    expect(eager.metrics).toEqual(patient.metrics.slice(0, 3));
    const losses = eager.metrics.map(({ validationLoss }) => Number(validationLoss));
    expect(eager.result.bestEpoch).toBe(1 + losses.indexOf(Math.min(...losses)));
  });

  it('needs patience for minDelta', async () => {
    await expect(trained({ minDelta: 0.1 })).rejects.toThrow('give patience too');
  });
});
