/**
 * A certificate near one sample. For a change Δx of the sequence with ‖Δx‖ ≤ r write, exactly,
 *
 *     Δh_{m+1} = J_m Δh_m + ∂h_{m+1}/∂x_m Δx_m + δ R_m,   R_m = a(u_m + Δu_m) − a(u_m) − a'(u_m) Δu_m
 *
 * with the Jacobians at the sample. Unrolled, each |Δu_{m,i}| is at most r‖∂u_{m,i}/∂x‖ plus what the remainders of the
 * steps before it carry there, and |R_{m,i}| at most the largest remainder over that interval: interval propagation in
 * the one order in which every bound needs only earlier ones. The gap between two logits falls by at most r‖∂(z_y − z_j)/∂x‖
 * plus what all remainders carry to it. While that is less than the gap no change in the ball alters the class. The
 * remainders are of second order in r, so this tends to the linearised margin as r falls, and holds for every change within.
 */
import type { Tensors } from '../../graph/index.js';
import { type Batch, initialState, type Model } from '../../model/index.js';
import { type Missing, missing } from '../estimate.js';
import type { ActivationName } from '../stability/index.js';
import type { CertifiableModel } from './certified.js';
import type { Classifier } from './classifier.js';
import { activations, type Readout, type Sensitivities, sensitivitiesOf, sensitivityCost } from './sensitivities.js';

/** Multiply-adds for all rows together, and numbers held for one row, beyond which there is no local certificate. */
const mostWork = 5e10;
const mostEntries = 2 ** 26;
/** Halvings, in logarithms, of the interval [r, 4r] that holds the radius: to 0.2 %. */
const halvings = 10;
/** Against rounding, of an engine in single precision too. */
const caution = 1 - 1e-6;

/**
 * [rows]: a radius within which no change of the sequence alters the class, from slopes near the sample; 0 when
 * misclassified.
 * @returns why there are none where they would take too long.
 */
export function localMargins(
  model: Model,
  parameters: Tensors,
  batch: Batch,
  classifier: Classifier,
  logits: Float64Array,
  certifiable: CertifiableModel,
): Float64Array | Missing {
  const { units } = certifiable.form;
  const { rows, classes, labels, inputs } = classifier;
  const { entries, work } = sensitivityCost(units, batch.steps);
  if (entries > mostEntries)
    return missing(
      `the local certificate of ${batch.steps} steps of ${units} units needs ${entries.toExponential(1)} numbers a row, which is too many`,
    );
  if (work * rows > mostWork)
    return missing(
      `the local certificate takes about ${work.toExponential(1)} operations a row: analyse ${Math.max(1, Math.floor(mostWork / work))} rows or fewer`,
    );
  const [start] = Object.values(initialState(model, parameters, 1));
  const weight = parameters['readout.weight']!.data;
  const difference = (a: number, b: number) =>
    Float64Array.from({ length: units }, (_, i) => weight[a * units + i]! - weight[b * units + i]!);
  const margins = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = labels[row]!;
    const others = [...Array(classes).keys()].filter((j) => j !== own);
    const gaps = others.map((j) => logits[row * classes + own]! - logits[row * classes + j]!);
    if (gaps.some((gap) => gap <= 0)) continue;
    const sequence = inputs.subarray(row * classifier.width, (row + 1) * classifier.width);
    const steps = batch.lengths?.[row] ?? batch.steps;
    const around = sensitivitiesOf(certifiable, sequence, steps, start ?? new Float64Array(units));
    const rivals = others.map((j, index) => ({ gap: gaps[index]!, ...around.pullBack(difference(own, j)) }));
    margins[row] = caution * largestRadius(around, rivals, certifiable.form.activation);
  }
  return margins;
}

interface Rival extends Readout {
  readonly gap: number;
}

/** The largest certified radius; whether one is certified is monotone in it. */
function largestRadius(around: Sensitivities, rivals: readonly Rival[], activation: ActivationName | null): number {
  const linearised = Math.min(...rivals.map(({ gap, reach }) => gap / reach));
  if (activation === null || !Number.isFinite(linearised)) return linearised;
  const certified = (radius: number) => isCertified(around, rivals, activation, radius);
  if (certified(linearised * caution)) return linearised * caution;
  let low = linearised / 4;
  while (!certified(low)) {
    low /= 4;
    if (low < 1e-12 * linearised) return 0;
  }
  let high = Math.min(4 * low, linearised);
  for (let at = 0; at < halvings; at++) {
    const middle = Math.sqrt(low * high);
    if (certified(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function isCertified(
  { steps, units, u, reach, between }: Sensitivities,
  rivals: readonly Rival[],
  activation: ActivationName,
  radius: number,
): boolean {
  const left = rivals.map((rival) => rival.gap - radius * rival.reach);
  const remainders = new Float64Array(steps * units);
  for (let m = 0; m < steps; m++) {
    const first = ((m * (m - 1)) / 2) * units * units;
    for (let i = 0; i < units; i++) {
      let moves = radius * reach[m * units + i]!;
      for (let k = 0; k < m; k++) {
        const block = first + (k * units + i) * units;
        for (let j = 0; j < units; j++) moves += between[block + j]! * remainders[k * units + j]!;
      }
      const own = largestRemainder(activation, u[m * units + i]!, moves);
      remainders[m * units + i] = own;
      for (const [index, { fromState }] of rivals.entries()) {
        left[index]! -= fromState[m * units + i]! * own;
        if (!(left[index]! > 0)) return false;
      }
    }
  }
  return left.every((own) => own > 0);
}

/**
 * max |a(u + d) − a(u) − a'(u) d| over |d| ≤ reach: at an end, or where the slope is again that at u, which for the
 * activations here is at −u alone.
 */
export function largestRemainder(activation: ActivationName, u: number, reach: number): number {
  const { value, slope } = activations[activation];
  const [level, rise] = [value(u), slope(u)];
  const remainder = (d: number) => Math.abs(value(u + d) - level - rise * d);
  const ends = Math.max(remainder(-reach), remainder(reach));
  // The last term bounds the rounding of the differences.
  return (2 * Math.abs(u) < reach ? Math.max(ends, remainder(-2 * u)) : ends) + 4e-16;
}
