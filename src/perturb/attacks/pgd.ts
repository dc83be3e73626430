import { type AttackLoss, ascend, keepBetter, randomStarts, rowOf, standing } from './ascent.js';
import {
  type AttackResult,
  type AttackSettings,
  type AttackTarget,
  checkCount,
  checkRadius,
  type LabelledBatch,
} from './attack.js';
import { balls, type Norm } from './ball.js';
import { fastGradientFound } from './fgsm.js';
import { openNetwork } from './network.js';
import { resultOf } from './result.js';

export interface ProjectedGradientOptions extends AttackSettings {
  /** Raw units, in the norm. */
  readonly radius: number;
  /** `linf` unless given. */
  readonly norm?: Norm | undefined;
  /** 20 unless given. */
  readonly steps?: number | undefined;
  /** Length of a step in raw units; 2.5 · radius / steps unless given. */
  readonly stepSize?: number | undefined;
  /** Starts in all; 2 unless given. The first is the fast gradient point, the others are uniform in the ball. */
  readonly restarts?: number | undefined;
  readonly loss?: AttackLoss | undefined;
}

/**
 * Projected gradient descent on the inputs: steps along the steepest direction, projected back onto the ball. Madry et
 * al., *Towards Deep Learning Models Resistant to Adversarial Attacks*, ICLR 2018. Every point on the way counts, and the
 * first is that of `fastGradient`, so it succeeds wherever that does.
 * @throws InputError for a bad option, or a batch that does not fit the model.
 */
export async function projectedGradient(
  target: AttackTarget,
  batch: LabelledBatch,
  options: ProjectedGradientOptions,
): Promise<AttackResult> {
  const { radius, norm = 'linf', steps = 20, restarts = 2, loss = 'cross-entropy', seed = 1 } = options;
  const stepSize = options.stepSize ?? (2.5 * radius) / steps;
  checkRadius(radius);
  checkCount('steps', steps);
  checkRadius(stepSize);
  checkCount('restarts', restarts);
  const network = openNetwork(target, batch, options.samples);
  const ball = balls[norm];
  const best = await fastGradientFound(network, ball, radius, loss);
  for (let restart = 0; restart < restarts; restart++) {
    const rows = standing(best);
    if (rows.length === 0 || radius === 0) break;
    const part = network.only(rows);
    const radii = new Float64Array(rows.length).fill(radius);
    const start =
      restart === 0 ? rowsOf(best.delta, rows, network.width) : randomStarts(part, ball, radii, seed, restart);
    const found = await ascend(part, start, radii, { ball, steps, stepSize: stepSize / radius, loss });
    keepBetter(best, found, rows, network.width);
  }
  return resultOf(network, ball, best);
}

function rowsOf(values: Float64Array, rows: readonly number[], width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (const [place, row] of rows.entries()) picked.set(rowOf(values, row, width), place * width);
  return picked;
}
