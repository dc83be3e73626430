import { rowOf } from './ascent.js';
import { balls, type Norm } from './ball.js';
import type { Judgement, Network } from './network.js';

/** By row: the class whose linearised boundary is nearest, and its distance. */
export interface Nearest {
  readonly classes: Int32Array;
  readonly distances: Float64Array;
}

/** The distance to try first, in raw units, where every gradient vanishes and says nothing. */
const whereFlat = 1;

/** min over j ≠ y of (z_y − z_j)/‖∇(z_y − z_j)‖, in the dual norm; K input gradients. */
export async function nearestClasses(network: Network, clean: Judgement, norm: Norm): Promise<Nearest> {
  const { rows, width, classes, labels } = network;
  const zero = new Float64Array(rows * width);
  const gradients: Float64Array[] = [];
  for (let k = 0; k < classes; k++) gradients.push(await network.lossGradient(zero, new Int32Array(rows).fill(k)));
  const nearest: Nearest = {
    classes: clean.rivals.slice(),
    distances: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
  };
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    const own = rowOf(gradients[label]!, row, width);
    for (let k = 0; k < classes; k++) {
      if (k === label) continue;
      // The cross-entropies' common part cancels: what is left is ∇(z_k − z_label).
      const other = rowOf(gradients[k]!, row, width);
      const slope = dualSize(
        own.map((value, i) => value - other[i]!),
        norm,
      );
      const distance = (clean.scores[row * classes + label]! - clean.scores[row * classes + k]!) / slope;
      if (distance < nearest.distances[row]!) {
        nearest.distances[row] = distance;
        nearest.classes[row] = k;
      }
    }
    if (!(nearest.distances[row]! > 0 && Number.isFinite(nearest.distances[row]!))) nearest.distances[row] = whereFlat;
  }
  return nearest;
}

function dualSize(gradient: Float64Array, norm: Norm): number {
  return norm === 'l2' ? balls.l2.size(gradient) : gradient.reduce((total, value) => total + Math.abs(value), 0);
}
