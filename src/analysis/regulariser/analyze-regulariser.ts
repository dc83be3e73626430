import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, drawsNoise, isBidirectional, type Model, requireFiniteVariance } from '../../model/index.js';
import { type Estimate, type Figure, missing, type Progress } from '../estimate.js';
import { type Contributions, regulariserContributions } from './contributions.js';
import { firstOrderShift, monteCarloGap } from './paths-loss.js';
import { propagatedRegulariser } from './propagation.js';
import { pulledBackQ } from './pull-back.js';
import { commonScale } from './scale.js';
import { stochasticRegulariser } from './stochastic.js';

export interface RegulariserOptions {
  /** `exact` propagates covariances; `stochastic` probes; `auto` is exact while that takes at most about 2·10¹⁰ operations. */
  readonly method?: 'auto' | 'exact' | 'stochastic';
  readonly probes?: number;
  /** Antithetic pairs for the true gap; 0 leaves it out; 32 unless given. */
  readonly pairs?: number;
  /** Whether to estimate which steps and units carry the total too, from `probes` probes; not unless asked for. */
  readonly contributions?: boolean;
  readonly seed?: number;
  readonly progress?: Progress;
}

export interface RegulariserFigures {
  readonly P: Figure;
  readonly Q: Figure;
  /** P + Q. */
  readonly total: Figure;
  /** ℓ(mean path) − ℓ(inference path). */
  readonly shift: Figure;
  /** ε, with which the loss grows by (ε²/2)(P + Q). */
  readonly scale: number;
  /** (ε²/2)(P + Q), the predicted rise of the loss. */
  readonly predictedGap: Figure;
  /** E ℓ(noisy) − ℓ(mean path), measured. */
  readonly measuredGap: Figure;
  readonly contributions?: Contributions;
}

/** Multiply-adds above which `auto` estimates rather than propagates. */
const dear = 2e10;

/** The regulariser that a model's noise induces on the mean loss of a batch. */
export async function analyzeRegulariser(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: RegulariserOptions = {},
): Promise<RegulariserFigures> {
  const scale = commonScale(model);
  if (!drawsNoise(model)) {
    const none = missing('the model has no noise, so nothing is added to its loss');
    return { P: none, Q: none, total: none, shift: none, scale, predictedGap: none, measuredGap: none };
  }
  requireFiniteVariance(model, 'the regulariser');
  const { method = 'auto', pairs = 32 } = options;
  const size = Object.values(model.state).reduce((total, width) => total + width, 0);
  const work = 6 * batch.rows * batch.steps * size ** 3;
  const propagate = method === 'exact' || (method === 'auto' && work <= dear && !isBidirectional(model));
  const found = propagate
    ? await propagatedRegulariser(model, engine, parameters, batch, options)
    : await stochasticRegulariser(model, engine, parameters, batch, options);
  // The pull-back costs K gradients, the probes less each; where P is only estimated, an exact Q leaves just P's error.
  const Q = propagate || model.spec.readout !== 'last' ? found.Q : await pulledBackQ(model, engine, parameters, batch);
  const total = propagate || Q === found.Q ? found.total : plus(found.P, Q);
  const gap = pairs === 0 ? null : await monteCarloGap(model, engine, parameters, batch, { ...options, pairs });
  return {
    P: found.P,
    Q,
    total,
    shift: await firstOrderShift(model, engine, parameters, batch),
    scale,
    predictedGap: times(total, scale ** 2 / 2),
    measuredGap: gap ?? missing('not asked for'),
    ...(options.contributions
      ? { contributions: await regulariserContributions(model, engine, parameters, batch, options) }
      : {}),
  };
}

function times(estimate: Estimate, factor: number): Estimate {
  return { ...estimate, value: factor * estimate.value, standardError: factor * estimate.standardError };
}

/** An estimate plus an exact value. */
function plus(estimate: Estimate, exactly: Estimate): Estimate {
  return { ...estimate, value: estimate.value + exactly.value };
}
