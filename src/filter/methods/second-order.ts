/**
 * The second-order terms of a prediction, over state and noise inputs together, z = (h, η) with covariance P = S ⊕ I:
 *
 *     m⁻ += ½ ∂²F : P,      S⁻ += ½ Σ_kl (∂²F[c_k, c_l]) (∂²F[c_k, c_l])ᵀ,      P = Σ c cᵀ
 *
 * Pairs of a state direction and a noise input give the mean of Σ = ∂_ηF ∂_ηFᵀ over N(m, S) for noise that is linear in
 * the state. Athans, Wishner & Bertolini, *Suboptimal state estimation for continuous-time nonlinear systems from discrete
 * noisy measurements*, IEEE Trans. Automatic Control 1968. The readout is affine and has no such terms.
 */

import { type Binding, planRows, type StateSpace, spaceBuffers } from '../../dynamics/index.js';
import { constant, input, jvp, type Node, slice, substitute, type Tensors } from '../../graph/index.js';
import { semidefiniteFactor } from '../../linear-algebra/semidefinite-factor.js';

export interface SecondOrder {
  /** Adds to the prediction of the first order. O(P² N²), P = N + q directions. */
  readonly predict: (
    mean: Float64Array,
    covariance: Float64Array,
    x: Float64Array,
    dt: number,
    predicted: { readonly mean: Float64Array; readonly covariance: Float64Array },
  ) => void;
}

export function secondOrder(space: StateSpace, parameters: Tensors): SecondOrder {
  const { layout, noise, state, eta } = space;
  const { size } = layout;
  const count = size + noise.size;
  const pairs = (count * (count + 1)) / 2;
  const buffers = spaceBuffers(space);
  const [first, second] = [input('carry', 'first', [count]), input('carry', 'second', [count])];
  const along = (direction: Node) => (leaf: Node) => {
    if (leaf === state) return slice(direction, 0, size);
    return eta !== null && leaf === eta ? slice(direction, size, noise.size) : undefined;
  };
  const [once] = jvp([space.next], along(first));
  const [twice] = once === undefined ? [undefined] : jvp([once], along(second));
  if (twice === undefined) return { predict: () => {} };
  const atMean = (node: Node) => (eta !== null && node === eta ? constant(0, node.shape, 'row') : undefined);
  const [mixed] = substitute([twice], atMean);
  const at = new Float64Array(size);
  const left = new Float64Array(pairs * count);
  const right = new Float64Array(pairs * count);
  const moving = (data: Float64Array, rows: number): Binding => ({ data, rows, moving: true });
  const plan = planRows([mixed!], (node) => {
    if (node === state) return moving(at, 1);
    if (node === first) return moving(left, pairs);
    return node === second ? moving(right, pairs) : buffers.bind(node);
  });
  buffers.setParameters(parameters);
  plan.settle();
  const value = plan.valueOf(mixed!);
  return {
    predict(mean, covariance, x, dt, predicted) {
      at.set(mean);
      buffers.x.set(x);
      buffers.dt[0] = dt;
      const { columns } = semidefiniteFactor(covariance, size);
      const place = (to: Float64Array, row: number, direction: number) => {
        to.fill(0, row * count, (row + 1) * count);
        if (direction < size) to.set(columns.subarray(direction * size, (direction + 1) * size), row * count);
        else to[row * count + direction] = 1;
      };
      for (let k = 0, row = 0; k < count; k++)
        for (let l = 0; l <= k; l++, row++) {
          place(left, row, k);
          place(right, row, l);
        }
      plan.run();
      const step = value.rows === 1 ? 0 : size;
      for (let k = 0, row = 0; k < count; k++)
        for (let l = 0; l <= k; l++, row++) {
          const own = row * step;
          const weight = k === l ? 0.5 : 1;
          for (let i = 0; i < size; i++) {
            const bent = value.data[own + i]!;
            if (k === l) predicted.mean[i]! += 0.5 * bent;
            if (bent !== 0)
              for (let j = 0; j < size; j++)
                predicted.covariance[i * size + j]! += weight * bent * value.data[own + j]!;
          }
        }
    },
  };
}
