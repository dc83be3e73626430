import type { Engine, NoiseSource } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, type Model, variantOf } from '../../model/index.js';
import { secondDerivative } from '../../program/index.js';
import { type Estimate, meanOf, type Progress } from '../estimate.js';
import { pathOf } from '../paths.js';
import { createLossTerms, jetOf, jetRequests, splitByRow } from './curvature.js';
import { commonScale } from './scale.js';

export interface ProbeOptions {
  /** Noise paths per row; 16 unless given. */
  readonly probes?: number;
  readonly seed?: number;
  readonly progress?: Progress;
}

export interface RegulariserEstimates {
  readonly P: Estimate;
  readonly Q: Estimate;
  /** P + Q: the trace of the Hessian of the mean loss with respect to the noise inputs η. */
  readonly total: Estimate;
}

export interface Probe {
  /** [rows] each: ξᵀ∇²_ηℓ ξ split into the part through the path's bending (P) and the loss's curvature (Q). */
  readonly P: Float64Array;
  readonly Q: Float64Array;
}

/**
 * One noise Hessian-vector probe ξᵀ∇²_ηℓ ξ for each row and the path `noise`, at the mean path; about one gradient's
 * cost. Draws keep their own distribution, centred; the scale ε is divided out.
 */
export function createProbe(model: Model, engine: Engine, masked: boolean, timed = false) {
  const program = secondDerivative(model.program({ noisy: true, masked, timed, loss: false }), 'drawn');
  const kernel = engine.compile(program, jetRequests(model, program));
  const square = commonScale(model) ** 2;
  const terms = createLossTerms(model);
  return async (parameters: Tensors, batch: Batch, noise: NoiseSource): Promise<Probe> => {
    const outputs = await kernel.run({ ...bind(model, batch, false), parameters, noise });
    const { P, Q } = await splitByRow(model, terms, batch, jetOf(model, outputs));
    return { P: P.map((own) => own / square), Q: Q.map((own) => own / square) };
  };
}

/** P, Q and their sum for the mean loss of a batch, from independent probes; unbiased, with standard errors. */
export async function stochasticRegulariser(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: ProbeOptions = {},
): Promise<RegulariserEstimates> {
  const { probes = 16, seed = 0, progress } = options;
  const { masked, timed } = variantOf(batch);
  const probe = createProbe(model, engine, masked, timed);
  const draws: { P: number; Q: number }[] = [];
  for (let index = 0; index < probes; index++) {
    const { P, Q } = await probe(parameters, batch, pathOf(seed, index, batch.rows));
    draws.push({ P: mean(P), Q: mean(Q) });
    progress?.(index + 1, probes);
  }
  return {
    P: meanOf(
      draws.map(({ P }) => P),
      seed,
    ),
    Q: meanOf(
      draws.map(({ Q }) => Q),
      seed,
    ),
    total: meanOf(
      draws.map(({ P, Q }) => P + Q),
      seed,
    ),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
