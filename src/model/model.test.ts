import { describe, expect, it } from 'vitest';
import { defineCell, startAt } from '../cells/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { InputError } from '../errors.js';
import { add, tanh } from '../graph/index.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import { initialise } from './initialise.js';
import type { StepSize } from './layer.js';
import { buildModel } from './model.js';
import { createObjective } from './objective.js';

const own = (state: string, parameter: string, readsInput = true) =>
  defineCell({
    name: 'own',
    state: () => ({ [state]: 1 }),
    parameters: () => ({ [parameter]: { shape: [1], initial: startAt(0.5) } }),
    step: ({ state: values, input, parameters }) => ({
      [state]: tanh(add(readsInput ? input : values[state]!, parameters[parameter]!)),
    }),
  });

const build = (cell: ReturnType<typeof own>, step: StepSize = { kind: 'fixed', delta: 1 }) =>
  buildModel({
    layers: [{ cell, units: 1, noise: parseNoise('none'), solver: solverNamed('euler'), step }],
    inputs: 1,
    outputs: 2,
    readout: 'last',
  });

describe('a model of a user’s cell', () => {
  it.each(['target', 'loss', 'logits'])('refuses the state name "%s", which the model keeps itself', (name) => {
    expect(() => build(own(name, 'p'))).toThrow(InputError);
    expect(() => build(own(name, 'p'))).toThrow(`call the state "${name}" something else`);
  });

  it('refuses a name with a dot, which could be another layer’s or the readout’s', () => {
    expect(() => build(own('h', 'readout.weight'))).toThrow('"readout.weight" is not a usable name');
  });

  it('refuses a parameter "step" beside a learned step size', () => {
    const cell = defineCell({
      name: 'own',
      state: () => ({ h: 1 }),
      parameters: () => ({ step: { shape: [1], initial: startAt(0.5) } }),
      drift: ({ parameters }) => ({ h: parameters.step }),
    });
    expect(() => build(cell, { kind: 'learned', delta: 0.1 })).toThrow('has a parameter "step"');
    expect(() => build(cell, { kind: 'fixed', delta: 0.1 })).not.toThrow();
  });

  it('gives a zero input gradient where the cell does not read its input', async () => {
    const model = build(own('h', 'p', false));
    const objective = createObjective(model, createReferenceEngine());
    const batch = { rows: 1, steps: 3, inputs: Float64Array.of(1, 2, 3), labels: [1] };
    expect([...(await objective.inputGradient(initialise(model.parameters, 1), batch))]).toEqual([0, 0, 0]);
  });

  it('is not touched by what stands beyond a row’s end', async () => {
    const model = build(own('h', 'p'));
    const objective = createObjective(model, createReferenceEngine());
    const parameters = initialise(model.parameters, 1);
    const short = { rows: 1, steps: 1, inputs: Float64Array.of(1), labels: [1] };
    const padded = { rows: 1, steps: 2, inputs: Float64Array.of(1, Number.NaN), labels: [1], lengths: [1] };
    const alone = await objective.gradient(parameters, short);
    const within = await objective.gradient(parameters, padded);
    expect(within.loss).toBe(alone.loss);
    expect(within.gradient.p!.data[0]).toBe(alone.gradient.p!.data[0]);
  });
});
