import { type AttackLoss, ascentDirections, type Found, keepBetter, rowOf, standing, unchanged } from './ascent.js';
import {
  type AttackResult,
  type AttackSettings,
  type AttackTarget,
  checkRadius,
  type LabelledBatch,
} from './attack.js';
import { type Ball, balls, type Norm } from './ball.js';
import { type Network, openNetwork } from './network.js';
import { resultOf } from './result.js';

export interface FastGradientOptions extends AttackSettings {
  /** Raw units, in the norm. */
  readonly radius: number;
  /** `linf` unless given: the fast gradient *sign* method. */
  readonly norm?: Norm | undefined;
  readonly loss?: AttackLoss | undefined;
}

/**
 * The fast gradient sign method, one step of the whole radius along the sign of the gradient (or, for l2, along the
 * gradient). Goodfellow, Shlens & Szegedy, *Explaining and Harnessing Adversarial Examples*, ICLR 2015.
 * @throws InputError for a bad radius, or a batch that does not fit the model.
 */
export async function fastGradient(
  target: AttackTarget,
  batch: LabelledBatch,
  options: FastGradientOptions,
): Promise<AttackResult> {
  const { radius, norm = 'linf', loss = 'cross-entropy' } = options;
  checkRadius(radius);
  const network = openNetwork(target, batch, options.samples);
  const best = await fastGradientFound(network, balls[norm], radius, loss);
  return resultOf(network, balls[norm], best);
}

/** The same, for an attack that goes on from there. Every row answered rightly takes the step, whether it helps or not. */
export async function fastGradientFound(
  network: Network,
  ball: Ball,
  radius: number,
  loss: AttackLoss,
): Promise<Found> {
  const clean = await network.judge(new Float64Array(network.rows * network.width));
  const best = unchanged(network, clean);
  const rows = standing(best);
  if (rows.length === 0) return best;
  const delta = await ascentDirections(network, best.delta, clean, { ball, loss });
  for (const row of best.fooled.keys()) {
    const own = rowOf(delta, row, network.width);
    for (let i = 0; i < own.length; i++) own[i]! *= best.fooled[row] === 1 ? 0 : radius;
  }
  network.limit(delta);
  const moved = await network.judge(delta);
  for (const row of rows) best.margins[row] = Number.POSITIVE_INFINITY;
  keepBetter(best, { ...moved, delta }, [...best.fooled.keys()], network.width);
  return best;
}
