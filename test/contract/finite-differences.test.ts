/**
 * Every derivative the reference engine gives, against central differences in float64 on frozen noise. The differences
 * are extrapolated and say how far the extrapolation moved, so that the tolerance is one the comparison can bear.
 */
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { differentiate, dot, type Results, relativeError } from '../support/numbers.js';
import {
  inputsOf,
  type Movement,
  moved,
  pushed,
  pushes,
  runOn,
  type Setup,
  setupOf,
  titleOf,
} from '../support/setup.js';
import {
  adjointOf,
  flatten,
  gradientRequests,
  gradients,
  hessianVector,
  tangent,
  tangentOf,
  tangentOfTangent,
  valueRequests,
  withTangent,
} from '../support/verbs.js';
import { everyCase } from './cases.js';

const tolerance = 1e-7;
const engine = createReferenceEngine();

/** Inputs displaced by t along a direction, noise included. */
function inputsAt(setup: Setup, t: number, by: Partial<Movement>) {
  const inputs = inputsOf(moved(setup, t, by));
  return { ...inputs, sequences: { ...inputs.sequences, ...pushes(setup, t, by.noise) } };
}

async function valuesAt(setup: Setup, t: number, by: Partial<Movement>): Promise<Results> {
  return flatten(await runOn(engine, pushed(setup.program), valueRequests(setup), inputsAt(setup, t, by)));
}

/** The mean loss, whose gradient the adjoint programs give. */
async function meanLoss(setup: Setup, t: number, by: Partial<Movement>): Promise<Results> {
  const losses = (await valuesAt(setup, t, by))['carry loss']!;
  return { loss: Float64Array.of(losses.reduce((total, own) => total + own, 0) / losses.length) };
}

const suffixed = (results: Results, suffix: string): Results =>
  Object.fromEntries(Object.entries(results).map(([name, values]) => [name + suffix, values]));

/** Coarsest steps of the differences: finer ones where one straddles a kink, such as modReLU's, or a draw is near the end of its range. */
const coarsest = [0.004, 0.0004, 0.00001];

async function expectDerivative(actual: Results, of: (t: number) => Promise<Results>): Promise<void> {
  let found = await differentiate(of, coarsest[0]);
  for (const step of coarsest.slice(1))
    if (Object.values(found.error).some((error) => !(error < tolerance))) found = await differentiate(of, step);
  const { value, error } = found;
  expect(Object.keys(actual).sort()).toEqual(Object.keys(value).sort());
  for (const [name, expected] of Object.entries(value)) {
    expect(error[name], `extrapolation of ${name}`).toBeLessThan(tolerance);
    expect(relativeError(actual[name]!, expected), name).toBeLessThan(tolerance);
  }
}

describe.each(everyCase.map((of) => [titleOf(of), of] as const))('%s', (_, of) => {
  const setup = setupOf(of);
  const { v, w } = setup.directions;

  it('gradients with respect to parameters, inputs, initial state and noise', async () => {
    const found = await gradients(engine, setup);
    const groups: [Partial<Movement>, (readonly [string, Float64Array])[]][] = [
      [{ parameters: v.parameters }, Object.entries(v.parameters).map(([name, { data }]) => [`shared ${name}^`, data])],
      [{ inputs: v.inputs }, [['sequence x^', v.inputs]]],
      [{ state: v.state }, Object.entries(v.state).map(([name, values]) => [`carry ${name}^`, values])],
      [{ noise: v.noise }, Object.entries(v.noise).map(([stream, values]) => [`sequence noise#${stream}^`, values])],
    ];
    for (const [by, parts] of groups) {
      if (parts.length === 0) continue;
      const read = parts.filter(([name]) => found[name] !== undefined);
      const slope = read.reduce((total, [name, values]) => total + dot(found[name]!, values), 0);
      // Nothing of this group reaches the loss (Lorenz reads no input): then both must be exactly zero.
      if (slope === 0) expect((await differentiate((t) => meanLoss(setup, t, by))).value.loss![0]).toBe(0);
      else await expectDerivative({ loss: Float64Array.of(slope) }, (t) => meanLoss(setup, t, by));
    }
  });

  it('tangent in all inputs at once', async () => {
    const found = await tangent(engine, setup);
    await expectDerivative(found, async (t) => suffixed(await valuesAt(setup, t, v), '~v'));
  });

  it('tangent of the adjoint: all blocks of the Hessian times a direction', async () => {
    const found = await hessianVector(engine, setup);
    const program = pushed(adjointOf(setup));
    await expectDerivative(found, async (t) =>
      suffixed(flatten(await runOn(engine, program, gradientRequests(setup), inputsAt(setup, t, v))), '~v'),
    );
  });

  it('tangent of a tangent', async () => {
    const found = await tangentOfTangent(engine, setup);
    const program = pushed(tangentOf(setup, setup.program, 'v'));
    const { carries = [], sequences = [] } = valueRequests(setup);
    const requests = { carries: carries.map((name) => `${name}~v`), sequences: sequences.map((name) => `${name}~v`) };
    await expectDerivative(found, async (t) =>
      suffixed(flatten(await runOn(engine, program, requests, withTangent(inputsAt(setup, t, w), 'v', v))), '~w'),
    );
  });
});
