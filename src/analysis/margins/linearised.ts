import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Classifier } from './classifier.js';
import { rivals } from './classifier.js';

export interface LinearisedMargins {
  /** [rows]: min_{j≠y} (z_y − z_j)/‖∇_x(z_y − z_j)‖, 0 when misclassified. */
  readonly pairwise: Float64Array;
  /** [rows]: min_{j≠y} (z_y − z_j)/√2 / ‖J‖_2, never more than `pairwise`. */
  readonly spectral: Float64Array;
}

/**
 * Distance to the decision boundary of the model linearised at each sample, from K backward passes through the whole
 * sequence: exact to first order, and no certificate. `spectral` is the form of Lim et al. 2021, §5, after Sokolić et
 * al., IEEE Trans. Signal Process. 2017.
 */
export async function linearisedMargins(classifier: Classifier): Promise<LinearisedMargins> {
  const { rows, inputs } = classifier;
  const logits = await classifier.logits(inputs);
  const gradients = await logitGradients(classifier);
  const { lead } = rivals(classifier, logits);
  const distances = rivalDistances(classifier, logits, gradients);
  const [pairwise, spectral] = [new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    if (lead[row]! <= 0) continue;
    pairwise[row] = Math.min(...distances[row]!.map(({ distance }) => distance));
    spectral[row] = lead[row]! / Math.SQRT2 / jacobianNorm(gradients, row, classifier.width);
  }
  return { pairwise, spectral };
}

/** ∂z_k/∂x for every class k, [rows, width] each. */
async function logitGradients(classifier: Classifier): Promise<Float64Array[]> {
  const { rows, classes, inputs } = classifier;
  const gradients: Float64Array[] = [];
  for (let k = 0; k < classes; k++) {
    const weights = new Float64Array(rows * classes);
    for (let row = 0; row < rows; row++) weights[row * classes + k] = 1;
    gradients.push(await classifier.pullBack(inputs, weights));
  }
  return gradients;
}

/** Every other class of each row, the nearest to first order first. */
export async function nearestRivals(classifier: Classifier): Promise<number[][]> {
  const logits = await classifier.logits(classifier.inputs);
  const distances = rivalDistances(classifier, logits, await logitGradients(classifier));
  return distances.map((row) => row.sort((a, b) => a.distance - b.distance).map(({ rival }) => rival));
}

/** (z_y − z_j)/‖∇_x(z_y − z_j)‖ of every class j ≠ y, by row. */
function rivalDistances(
  { rows, classes, labels, width }: Classifier,
  logits: Float64Array,
  gradients: readonly Float64Array[],
): { rival: number; distance: number }[][] {
  return Array.from({ length: rows }, (_, row) => {
    const own = labels[row]!;
    const others = [...Array(classes).keys()].filter((j) => j !== own);
    return others.map((rival) => {
      const gap = logits[row * classes + own]! - logits[row * classes + rival]!;
      return { rival, distance: gap / differenceNorm(gradients[own]!, gradients[rival]!, row, width) };
    });
  });
}

function differenceNorm(a: Float64Array, b: Float64Array, row: number, width: number): number {
  let square = 0;
  for (let i = row * width; i < (row + 1) * width; i++) square += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(square);
}

/** ‖J‖_2 of one row from the K × K matrix J Jᵀ. */
function jacobianNorm(gradients: readonly Float64Array[], row: number, width: number): number {
  const parts = gradients.map((gradient) => gradient.subarray(row * width, (row + 1) * width));
  const gram = new Matrix(parts.map((a) => parts.map((b) => a.reduce((total, value, i) => total + value * b[i]!, 0))));
  const { realEigenvalues } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return Math.sqrt(Math.max(0, ...realEigenvalues));
}
