/**
 * What a cell is: named state, named parameters, and either a drift f(h, x) or a discrete step h⁺(h, x), written once as
 * expressions. Noise, solvers, derivatives and engines come from elsewhere and fit every cell.
 */
import { InputError } from '../errors.js';
import type { Expression, Node, Shape } from '../graph/index.js';

/**
 * How a parameter starts. `scale` is the standard deviation of `normal` and the half-width of `uniform`; `rotations` fills
 * the strictly upper entries of a matrix [units, units], row by row, so that K − Kᵀ turns the planes of units (0, 1),
 * (2, 3), … by angles uniform in ±`angle`.
 */
export type Initial =
  | { readonly kind: 'normal' | 'uniform'; readonly scale: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'orthogonal' }
  | { readonly kind: 'rotations'; readonly units: number; readonly angle: number };

export interface ParameterSpec {
  readonly shape: Shape;
  readonly initial: Initial;
}

export interface Sizes {
  /** N, the number of hidden units asked for. */
  readonly units: number;
  /** I, the width of the input at each step; 0 for a model that runs by itself. */
  readonly inputs: number;
}

export interface CellContext<State extends string, Parameter extends string> {
  /** Each component is a row vector of the declared width. */
  readonly state: Readonly<Record<State, Node>>;
  /** Row vector [inputs]; of width 0 where there are none, so that a product with it is 0. */
  readonly input: Node;
  /**
   * Row vector [1]: the time since the first step, in the unit of the step size (of a discrete cell the number of steps), at
   * the state given: a solver that looks ahead looks ahead in time too.
   */
  readonly time: Node;
  /** The model's inputs by the names of their channels, row vectors [1], in every layer; none where the data have no names. */
  readonly exogenous: Readonly<Record<string, Node>>;
  readonly parameters: Readonly<Record<Parameter, Node>>;
  /**
   * Marks the argument of a nonlinearity, `tanh(preactivation(u))`: the value u itself, to which the noise scheme `inside`
   * adds its noise. A cell may mark several; each has noise of its own. `component` says whose step size it has, where
   * the state has several components and the step size is learned.
   */
  readonly preactivation: (value: Node, component?: State) => Node;
}

export interface CellDefinition<State extends string, Parameter extends string> {
  readonly part?: 'cell';
  readonly name: string;
  readonly state: (sizes: Sizes) => Readonly<Record<State, number>>;
  readonly parameters: (sizes: Sizes) => Readonly<Record<Parameter, ParameterSpec>>;
  /** dh/dt of each component. Exactly one of `drift` and `step` is given. */
  readonly drift?: (context: CellContext<State, Parameter>) => Readonly<Record<State, Expression>>;
  /** The next value of each component; the cell is discrete (δ = 1). */
  readonly step?: (context: CellContext<State, Parameter>) => Readonly<Record<State, Expression>>;
  /** Components that receive noise; all unless given. */
  readonly noisy?: readonly NoInfer<State>[];
  /** Components the readout reads; all unless given. */
  readonly readout?: readonly NoInfer<State>[];
  /** Of components that a noise-free step from inside cannot leave: their least and largest value. */
  readonly range?: Readonly<Partial<Record<NoInfer<State>, readonly [number, number]>>>;
}

/** A cell whose component and parameter names the type checker has forgotten: what the rest of the library handles. */
export type Cell = CellDefinition<string, string>;

const namePattern = /^[A-Za-z_]\w*$/;
/** Names under which a model keeps values of its own beside the cell's state. */
const reserved = ['target', 'logits', 'loss'];

/**
 * Checks a definition and returns it as a cell.
 * @throws InputError if it has neither or both of drift and step, or a name that is not an identifier.
 */
export function defineCell<State extends string, Parameter extends string>(
  definition: CellDefinition<State, Parameter>,
): Cell {
  if ((definition.drift === undefined) === (definition.step === undefined))
    throw new InputError(
      `cell ${definition.name}: give either a drift (dh/dt) or a step (the next h), not both or neither`,
    );
  return definition as unknown as Cell;
}

/** State widths and parameters of a cell at given sizes, checked. */
export function measure(cell: Cell, sizes: Sizes) {
  const state = cell.state(sizes);
  const parameters = cell.parameters(sizes);
  for (const name of [...Object.keys(state), ...Object.keys(parameters)])
    if (!namePattern.test(name))
      throw new InputError(`cell ${cell.name}: "${name}" is not a usable name; use letters, digits and "_"`);
  for (const name of Object.keys(state))
    if (reserved.includes(name))
      throw new InputError(
        `cell ${cell.name}: the model itself keeps ${reserved.join(', ')}; call the state "${name}" something else`,
      );
  for (const [name, width] of Object.entries(state))
    if (!Number.isInteger(width) || width < 1)
      throw new InputError(`cell ${cell.name}: state ${name} must have a positive integer width, got ${width}`);
  for (const list of [cell.noisy ?? [], cell.readout ?? [], Object.keys(cell.range ?? {})])
    for (const name of list)
      if (state[name] === undefined)
        throw new InputError(
          `cell ${cell.name}: "${name}" is not a state component; they are ${Object.keys(state).join(', ')}`,
        );
  return { state, parameters };
}

export const normal = (scale: number): Initial => ({ kind: 'normal', scale });
export const uniform = (scale: number): Initial => ({ kind: 'uniform', scale });
export const startAt = (value: number): Initial => ({ kind: 'constant', value });
export const orthogonal: Initial = { kind: 'orthogonal' };
/** PyTorch's default for a linear layer: uniform ±1/√fan-in; of a model without inputs as if it had one. */
export const fanIn = (inputs: number): Initial => uniform(1 / Math.sqrt(Math.max(1, inputs)));
