import { createGenerator, type Generator } from '../../random/index.js';
import { keepBetter, rowOf, standing, unchanged } from './ascent.js';
import {
  type AttackResult,
  type AttackSettings,
  type AttackTarget,
  checkCount,
  checkRadius,
  type LabelledBatch,
} from './attack.js';
import { type Ball, balls, type Norm } from './ball.js';
import { openNetwork } from './network.js';
import { resultOf } from './result.js';

export interface RandomSearchOptions extends AttackSettings {
  /** Raw units, in the norm. */
  readonly radius: number;
  /** `linf` unless given. */
  readonly norm?: Norm | undefined;
  /** Forward passes a row at most; 200 unless given. */
  readonly queries?: number | undefined;
}

/**
 * A search that sees scores and no gradients: on a window of the sequence, ever shorter, the change of each channel is set
 * to a random sign, at the full radius, and kept if the margin falls. After the Square Attack of Andriushchenko, Croce,
 * Flammarion & Hein, ECCV 2020. Where it beats `projectedGradient`, gradients mislead (Athalye et al., ICML 2018).
 * @throws InputError for a bad option, or a batch that does not fit the model.
 */
export async function randomSearch(
  target: AttackTarget,
  batch: LabelledBatch,
  options: RandomSearchOptions,
): Promise<AttackResult> {
  const { radius, norm = 'linf', queries = 200, seed = 1 } = options;
  checkRadius(radius);
  checkCount('queries', queries);
  const network = openNetwork(target, batch, options.samples);
  const ball = balls[norm];
  const channels = network.width / batch.steps;
  const best = unchanged(network, await network.judge(new Float64Array(network.rows * network.width)));
  const generators = Array.from(network.samples, (sample) => createGenerator(seed, 'random search', sample));
  for (let query = 0; query < queries; query++) {
    const rows = standing(best);
    if (rows.length === 0 || radius === 0) break;
    const part = network.only(rows);
    const proposals = new Float64Array(rows.length * network.width);
    for (const [place, row] of rows.entries()) {
      const own = rowOf(proposals, place, network.width).subarray(0, network.entries[row]);
      own.set(rowOf(best.delta, row, network.width).subarray(0, own.length));
      // The first covers the whole sequence, each later one an ever smaller part of it.
      const window = windowAt(query / queries, own.length / channels);
      propose(own, ball, radius, window, channels, generators[row]!);
    }
    part.limit(proposals);
    keepBetter(best, { ...(await part.judge(proposals)), delta: proposals }, rows, network.width);
  }
  return resultOf(network, ball, best);
}

/** Steps in a window: the whole sequence at first, halved eight times on the way. */
function windowAt(progress: number, steps: number): number {
  return Math.max(1, Math.round(steps * 2 ** (-8 * progress)));
}

function propose(
  row: Float64Array,
  ball: Ball,
  radius: number,
  window: number,
  channels: number,
  generator: Generator,
): void {
  const first = generator.integer(row.length / channels - window + 1);
  // In l2 the window by itself would use up the radius; the projection shares it with what was there.
  const height = ball === balls.linf ? radius : radius / Math.sqrt(window * channels);
  for (let channel = 0; channel < channels; channel++) {
    const value = generator.uniform() < 0.5 ? -height : height;
    for (let step = first; step < first + window; step++) row[step * channels + channel] = value;
  }
  ball.project(row, radius);
}
