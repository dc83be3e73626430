/** One sweep of Newton's method over time: the residuals of an iterate and the linear recurrence of its correction. */
import type { Engine } from '../../engine/engine.js';
import { InputError } from '../../errors.js';
import { add, jvp, multiply, type Node, substitute, subtract, type Tensors } from '../../graph/index.js';
import { isBidirectional, type Model } from '../../model/index.js';
import { carry, type Phase, type Program, phase, sequence, tangentName } from '../../program/index.js';

/** By state component, [rows, steps, width]: state m + 1 of the trajectory at step m. */
export type Trajectory = Readonly<Record<string, Float64Array>>;

export interface SweepInputs {
  readonly rows: number;
  readonly steps: number;
  /** What the model reads. */
  readonly sequences: Readonly<Record<string, Float32Array | Float64Array>>;
  /** [rows, width] of each component. */
  readonly start: Readonly<Record<string, Float64Array>>;
  readonly iterate: Trajectory;
  /** [rows], by which the Jacobians are multiplied: 1 is Newton's method, 0 a fixed-point iteration. */
  readonly keep: Float64Array;
}

export interface Swept {
  /** F_m(h_m) − h_{m+1}. */
  readonly residual: Trajectory;
  /** d_{m+1} = keep · J_m(h_m) d_m + F_m(h_m) − h_{m+1}, from d_0 = 0. */
  readonly correction: Trajectory;
}

export type Sweep = (inputs: SweepInputs) => Promise<Swept>;

const KEEP = 'newton.keep';
const LABEL = 'newton';
const at = (name: string) => `newton.at.${name}`;
const next = (name: string) => `newton.next.${name}`;
const residual = (name: string) => `newton.residual.${name}`;
const correction = (name: string) => `newton.correction.${name}`;

/**
 * The program of the sweep is made of the model's own step: its state is read from the iterate, and the correction is carried
 * along by the step's tangent, so that one scan of the engine does all and no Jacobian is formed.
 * @throws InputError for a model that runs both ways.
 */
export function createSweep(model: Model, engine: Engine, parameters: Tensors, masked: boolean): Sweep {
  const names = Object.keys(model.state);
  const kernel = engine.compile(sweepProgram(model, masked), {
    sequences: [...names.map(residual), ...names.map(correction)],
  });
  return async ({ rows, steps, sequences, start, iterate, keep }) => {
    const given: Record<string, Float32Array | Float64Array> = { ...sequences };
    for (const [name, width] of Object.entries(model.state)) {
      given[at(name)] = shifted(iterate[name]!, start[name]!, rows, steps, width);
      given[next(name)] = iterate[name]!;
    }
    const found = await kernel.run({ rows, steps, parameters, sequences: given, carries: { [KEEP]: keep } });
    const pick = (of: (name: string) => string) =>
      Object.fromEntries(names.map((name) => [name, found.sequences[of(name)]!]));
    return { residual: pick(residual), correction: pick(correction) };
  };
}

function sweepProgram(model: Model, masked: boolean): Program {
  if (isBidirectional(model))
    throw new InputError(
      'a bidirectional model is no one trajectory in time, and cannot be solved as one; leave it out',
    );
  const forward = model.program({ noisy: false, masked, loss: false, state: 'given' });
  const names = Object.keys(model.state);
  const step = forward.phases.find(({ kind, carries }) => kind === 'scan' && names.every((name) => carries[name]));
  if (step === undefined) throw new Error('a model that runs forward alone has one scan of all its state');
  return { ...forward, phases: [sweepPhase(model, step)], finish: {} };
}

function sweepPhase({ state }: Model, step: Phase): Phase {
  const names = Object.keys(state);
  const values = names.map((name) => step.carries[name]!);
  const isState = (node: Node) =>
    node.op === 'input' && node.attributes.role === 'carry' && state[node.attributes.name] !== undefined;
  const ownName = (node: Node) => (node.op === 'input' ? node.attributes.name : '');
  const tangents = jvp(values, (node) =>
    isState(node) ? carry(tangentName(ownName(node), LABEL), node.shape[0]!) : undefined,
  );
  // A component that no state reaches has no tangent.
  const moving = names.filter((_, index) => tangents[index] !== undefined);
  const moved = substitute([...values, ...tangents.filter((tangent) => tangent !== undefined)], (node) =>
    isState(node) ? sequence(at(ownName(node)), node.shape[0]!) : undefined,
  );
  const carries: Record<string, Node> = {};
  const sequences: Record<string, Node> = {};
  for (const [index, name] of names.entries()) {
    const own = subtract(moved[index]!, sequence(next(name), state[name]!));
    const place = moving.indexOf(name);
    const tangent = place < 0 ? undefined : moved[names.length + place];
    const step = tangent === undefined ? own : add(multiply(carry(KEEP, 1), tangent), own);
    carries[tangentName(name, LABEL)] = step;
    sequences[residual(name)] = own;
    sequences[correction(name)] = step;
  }
  return phase('sweep', 'scan', { carries, sequences });
}

/** The state before each step: what came before the first, and the iterate without its last. */
function shifted(iterate: Float64Array, start: Float64Array, rows: number, steps: number, width: number): Float64Array {
  const before = new Float64Array(iterate.length);
  for (let row = 0; row < rows; row++) {
    const from = row * steps * width;
    before.set(start.subarray(row * width, (row + 1) * width), from);
    before.set(iterate.subarray(from, from + (steps - 1) * width), from + width);
  }
  return before;
}
