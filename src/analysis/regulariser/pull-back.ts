import type { Engine } from '../../engine/engine.js';
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import { InputError } from '../../errors.js';
import { add, multiply, square, sum, type Tensors } from '../../graph/index.js';
import { semidefiniteFactor } from '../../linear-algebra/semidefinite-factor.js';
import { type Batch, bind, type Model, targetsOf, variantOf } from '../../model/index.js';
import {
  adjointName,
  adjointProgram,
  atMeanNoise,
  carry,
  drawsOf,
  momentsOf,
  noiseAdjointName,
  type Program,
  tangentName,
  tangentProgram,
} from '../../program/index.js';
import { type Estimate, exact, type Progress } from '../estimate.js';
import { lossProgram } from './curvature.js';
import { commonScale } from './scale.js';

const total = 'pulledBack';

/**
 * Q of a loss on the last step exactly, in K backward passes: ∇²ℓ = Σ_k r_k r_kᵀ (it is positive semi-definite), and
 * r_kᵀ (∂z/∂η)(∂z/∂η)ᵀ r_k is the squared norm of the noise's cotangent when z has the cotangent r_k. O(K M N²).
 * @throws InputError for a model that reads out on every step; propagate the covariance there.
 */
export async function pulledBackQ(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: { readonly progress?: Progress } = {},
): Promise<Estimate> {
  if (model.spec.readout !== 'last')
    throw new InputError(
      'the pull-back of Q needs a loss on the last step; this model has one on every step: use the propagation',
    );
  const noisy = model.program({ noisy: true, ...variantOf(batch), loss: false });
  const inputs = { ...bind(model, batch, false), parameters };
  const values = await engine.compile(atMeanNoise(noisy), { carries: ['logits'] }).run(inputs);
  const logits = values.carries.logits!;
  const kernel = engine.compile(withSquaredNorms(noisy), { carries: [total] });
  const K = model.spec.outputs;
  const factors = await curvatureFactors(model, logits, targetsOf(model, batch).target);
  let Q = 0;
  for (let k = 0; k < K; k++) {
    const seeds = new Float64Array(logits.length);
    for (const [row, factor] of factors.entries()) seeds.set(factor.subarray(k * K, (k + 1) * K), row * K);
    const { carries } = await kernel.run({ ...inputs, carries: { ...inputs.carries, [adjointName('logits')]: seeds } });
    for (const own of carries[total]!) Q += own / batch.rows;
    options.progress?.(k + 1, K);
  }
  return exact(Q / commonScale(model) ** 2, batch.rows);
}

/** For each row R with RRᵀ = ∇²ℓ, one column a row: the Hessian by the tangent of the loss's own adjoint, then its factor. */
async function curvatureFactors(model: Model, logits: Float64Array, target: Float64Array): Promise<Float64Array[]> {
  const K = model.spec.outputs;
  const rows = logits.length / K;
  const cotangent = adjointName('logits');
  const program = tangentProgram(adjointProgram(lossProgram(model)), { label: 'v', carries: ['logits'] });
  const result = tangentName(cotangent, 'v');
  const kernel = createReferenceEngine().compile(program, { carries: [result] });
  const Hessians = Array.from({ length: rows }, () => new Float64Array(K * K));
  for (let k = 0; k < K; k++) {
    const direction = Float64Array.from(logits, (_, at) => (at % K === k ? 1 : 0));
    const seed = new Float64Array(rows).fill(1);
    const carries = { logits, target, [tangentName('logits', 'v')]: direction, [adjointName('loss')]: seed };
    const column = (await kernel.run({ rows, steps: 1, parameters: {}, carries })).carries[result]!;
    for (const [row, H] of Hessians.entries()) H.set(column.subarray(row * K, (row + 1) * K), k * K);
  }
  return Hessians.map((H) => semidefiniteFactor(H, K).columns);
}

/** The adjoint at the mean path, with the noise's cotangents squared, weighted by their variance and summed in a carry. */
function withSquaredNorms(noisy: Program): Program {
  const draws = drawsOf(noisy);
  const adjoint = atMeanNoise(adjointProgram(noisy, { noise: true }));
  const phases = adjoint.phases.map((part) => {
    let sumOfSquares = carry(total, 1);
    const { sequences } = part;
    const own = draws.filter((leaf) => sequences[noiseAdjointName(leaf.attributes.stream)] !== undefined);
    if (own.length === 0) return part;
    for (const leaf of own) {
      const cotangent = sequences[noiseAdjointName(leaf.attributes.stream)]!;
      sumOfSquares = add(sumOfSquares, multiply(momentsOf(leaf).variance, sum(square(cotangent))));
    }
    return { ...part, carries: { ...part.carries, [total]: sumOfSquares } };
  });
  return { ...adjoint, phases };
}
