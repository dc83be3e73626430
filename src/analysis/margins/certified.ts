import type { Tensors } from '../../graph/index.js';
import type { Batch, Model } from '../../model/index.js';
import type { Missing } from '../estimate.js';
import { missing } from '../estimate.js';
import { type AffineForm, affineForm, best, spectralNorm, stepFactors, stepSizesOf } from '../stability/index.js';
import { scaleRows } from '../stability/matrices.js';
import type { Classifier } from './classifier.js';

export interface LipschitzBound {
  /** q: no step moves two states apart by more than this factor. */
  readonly contraction: number;
  /** log of a bound on the Lipschitz constant of the final state with respect to the whole input sequence. */
  readonly logLipschitz: number;
}

/** What certificates are made of: the equations and δ of each unit. */
export interface CertifiableModel {
  readonly form: AffineForm;
  readonly sizes: Float64Array;
}

/**
 * @param timed its steps cover different times.
 * @returns why there is no certificate, for a cell or solver without a bound on its step.
 */
export async function certifiableModel(
  model: Model,
  parameters: Tensors,
  timed = false,
): Promise<CertifiableModel | Missing> {
  const form = await affineForm(model, parameters);
  if ('reason' in form) return form;
  const { solver, step } = model.spec.layers[0]!;
  if (!form.discrete && solver.name !== 'euler' && solver.name !== 'milstein')
    return missing(`the certificate is for Euler steps, and the solver is ${solver.name}`);
  if (step.kind === 'given' || (timed && !form.discrete)) return missing('the step size changes from step to step');
  return { form, sizes: stepSizesOf(model, parameters, form.units) };
}

/**
 * ‖∂h_M/∂x‖ ≤ ‖diag(δ)(L‖U‖ + ‖B‖)‖ (Σ_{k<M} q^{2k})^{½} for every input, in logarithms since it may overflow.
 */
export function lipschitzBound({ form, sizes }: CertifiableModel, steps: number): LipschitzBound {
  const q = best(stepFactors(form, sizes));
  const entry = form.slope * spectralNorm(scaleRows(sizes, form.U)) + spectralNorm(scaleRows(sizes, form.B));
  return { contraction: q, logLipschitz: Math.log(entry) + 0.5 * logGeometric(2 * Math.log(q), steps) };
}

/** log Σ_{k<count} e^{k·rate}, without overflow. */
function logGeometric(rate: number, count: number): number {
  if (rate === Number.NEGATIVE_INFINITY) return 0;
  const largest = Math.max(0, rate * (count - 1));
  let total = 0;
  for (let k = 0; k < count; k++) total += Math.exp(k * rate - largest);
  return largest + Math.log(total);
}

/**
 * A radius within which no perturbation of each row's sequence changes its class, valid for every input:
 * max(0, min_j (z_y − z_j)/(‖V_y − V_j‖ Lip)); 0 when misclassified.
 */
export function certifiedMargins(
  classifier: Classifier,
  logits: Float64Array,
  parameters: Tensors,
  bound: LipschitzBound,
): Float64Array {
  const { rows, classes, labels } = classifier;
  const weight = parameters['readout.weight']!;
  const width = weight.shape[1]!;
  const apart = (a: number, b: number) => {
    let square = 0;
    for (let i = 0; i < width; i++) square += (weight.data[a * width + i]! - weight.data[b * width + i]!) ** 2;
    return Math.sqrt(square);
  };
  const margins = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = labels[row]!;
    let smallest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < classes; j++) {
      if (j === own) continue;
      const gap = logits[row * classes + own]! - logits[row * classes + j]!;
      smallest = Math.min(smallest, gap <= 0 ? 0 : Math.exp(Math.log(gap / apart(own, j)) - bound.logLipschitz));
    }
    margins[row] = smallest;
  }
  return margins;
}

/** The longest row, in steps. */
export function longest({ steps, lengths }: Batch): number {
  return lengths === undefined ? steps : Array.from(lengths).reduce((a, b) => Math.max(a, b), 0);
}
