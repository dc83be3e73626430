/** Losses along noise paths: the first-order shift of noise that is not centred, and the true gap by sampling. */
import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, type Model, variantOf } from '../../model/index.js';
import { atMeanNoise, type Program } from '../../program/index.js';
import { type Estimate, exact, meanOf, type Progress } from '../estimate.js';
import { pathOf } from '../paths.js';

/**
 * ℓ(mean path) − ℓ(inference path), means over the batch: zero for centred noise. For the published scheme the mean
 * path steps by d(1 − μ/2), and to first order the shift is −(μ/2) Σ⟨λ_{m+1}, d⊙f⟩.
 */
export async function firstOrderShift(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
): Promise<Estimate> {
  if (model.spec.layers.every(({ noise }) => noise.centred)) return exact(0, batch.rows);
  const variant = variantOf(batch);
  const meanPath = atMeanNoise(model.program({ noisy: true, ...variant, loss: true }));
  const inference = model.program({ noisy: false, ...variant, loss: true });
  const [shifted, plain] = [
    await meanLoss(model, engine, meanPath, parameters, batch),
    await meanLoss(model, engine, inference, parameters, batch),
  ];
  return exact(shifted - plain, batch.rows);
}

export interface GapOptions {
  /** Antithetic pairs of paths; 32 unless given. */
  readonly pairs?: number;
  readonly seed?: number;
  readonly progress?: Progress;
}

/**
 * E ℓ(noisy) − ℓ(mean path) by Monte Carlo over antithetic pairs of paths (odd orders in ε cancel within a pair of
 * symmetric noise): what (ε²/2)(P + Q) approximates.
 */
export async function monteCarloGap(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: GapOptions = {},
): Promise<Estimate> {
  const { pairs = 32, seed = 0, progress } = options;
  const noisy = model.program({ noisy: true, ...variantOf(batch), loss: true });
  const base = await meanLoss(model, engine, atMeanNoise(noisy), parameters, batch);
  const kernel = engine.compile(noisy, { carries: ['loss'] });
  const inputs = { ...bind(model, batch, true), parameters };
  const draws: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const noise = pathOf(seed, pair, batch.rows);
    let both = 0;
    for (const sign of [1, -1] as const) {
      const { carries } = await kernel.run({ ...inputs, noise: { ...noise, sign } });
      both += 0.5 * average(carries.loss!);
    }
    draws.push(both - base);
    progress?.(pair + 1, pairs);
  }
  return meanOf(draws, seed);
}

async function meanLoss(model: Model, engine: Engine, program: Program, parameters: Tensors, batch: Batch) {
  const { carries } = await engine
    .compile(program, { carries: ['loss'] })
    .run({ ...bind(model, batch, true), parameters });
  return average(carries.loss!);
}

function average(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
