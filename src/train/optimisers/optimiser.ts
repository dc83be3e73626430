import type { Tensor, Tensors } from '../../graph/tensor.js';
import type { SpecKeys, SpecValues } from '../../spec.js';

/** The learning rate and weight decay of one parameter at one update. */
export interface Rates {
  lr: number;
  weightDecay: number;
}

export interface Optimiser {
  readonly name: string;
  /** A copy of everything an update depends on besides its arguments, under flat names such as `adam.m/W`. */
  state(): Record<string, Tensor>;
  /**
   * Goes on from what `state` returned, on an optimiser of the same name and options.
   * @throws InputError for missing, unknown or mis-shaped entries.
   */
  load(state: Tensors): void;
  /**
   * One update: changes the `data` of the parameters in place. Every parameter needs a gradient of its shape.
   * @throws RangeError if names or shapes of parameters, gradient and state differ; nothing is changed then.
   */
  step(parameters: Tensors, gradient: Tensors, rateOf: (parameterName: string) => Rates): void;
}

/**
 * What distinguishes one optimiser from another: the update of one parameter, and the running quantities ("slots",
 * each of the parameter's shape, starting at zero) that it keeps.
 */
export interface UpdateRule {
  readonly slots: readonly string[];
  /**
   * Changes `parameter` and `slots` (in the order of their names) in place.
   * @param step which update this is, counted from 1.
   */
  update(
    parameter: Float64Array,
    gradient: Float64Array,
    slots: readonly Float64Array[],
    rates: Rates,
    step: number,
  ): void;
}

/** An entry of the table of optimisers. The keys include `lr` and `weightDecay`, the base rates of a run. */
export interface OptimiserKind {
  readonly keys: SpecKeys;
  /** @param values complete: checked, and defaults filled in. */
  readonly create: (values: SpecValues) => UpdateRule;
}
