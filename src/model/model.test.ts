import { describe, expect, it } from 'vitest';
import { defineCell, startAt } from '../cells/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { InputError } from '../errors.js';
import { add, tanh } from '../graph/index.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import { initialise } from './initialise.js';
import type { StepSize } from './layer.js';
import { parseLoss } from './losses/index.js';
import { buildModel } from './model.js';
import { createObjective } from './objective.js';
import { targetsOf } from './targets.js';

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

describe('what a batch is asked for', () => {
  const cell = own('h', 'w');
  const modelOf = (loss: string, readout: 'last' | 'every', outputs = 2) =>
    buildModel({
      layers: [
        { cell, units: 1, noise: parseNoise('none'), solver: solverNamed('euler'), step: { kind: 'fixed', delta: 1 } },
      ],
      inputs: 1,
      outputs,
      readout,
      loss: parseLoss(loss),
    });
  const batch = { rows: 2, steps: 3, inputs: new Float32Array(6) };

  it('weighs the steps of a row that have a label evenly, whatever other rows last', () => {
    const { target, weights } = targetsOf(modelOf('cross-entropy', 'every'), {
      ...batch,
      lengths: [2, 3],
      stepLabels: [0, 1, -1, 1, -1, 0],
    });
    expect([...weights]).toEqual([0.5, 0.5, 0, 0.5, 0, 0.5]);
    expect([...target]).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0]);
  });

  it('counts a row without any label as nothing', () => {
    const stepLabels = [-1, -1, -1, 1, 1, 0];
    expect([...targetsOf(modelOf('cross-entropy', 'every'), { ...batch, stepLabels }).weights.slice(0, 3)]).toEqual([
      0, 0, 0,
    ]);
  });

  it('repeats numbers given once a row at every step', () => {
    const { target } = targetsOf(modelOf('mse', 'every', 1), { ...batch, targets: Float32Array.of(5, 7) });
    expect([...target]).toEqual([5, 5, 5, 7, 7, 7]);
  });

  it.each<[string, ReturnType<typeof modelOf>, object, string]>([
    ['no labels', modelOf('cross-entropy', 'last'), {}, 'the batch has none'],
    ['step labels read once', modelOf('cross-entropy', 'last'), { stepLabels: [0, 0, 0, 0, 0, 0] }, 'read out every'],
    ['a class too large', modelOf('cross-entropy', 'every'), { stepLabels: [0, 0, 0, 2, 0, 0] }, 'row 1: label 2'],
    ['no targets', modelOf('mse', 'last', 1), { labels: [0, 1] }, 'needs targets'],
    ['targets of another width', modelOf('mse', 'last', 2), { targets: Float32Array.of(1, 2) }, 'expected 4 targets'],
  ])('refuses %s', (_, model, asked, message) =>
    expect(() => targetsOf(model, { ...batch, ...asked })).toThrow(message),
  );

  it('has one output at least', () => {
    expect(modelOf('mse', 'last', 1).spec.outputs).toBe(1);
    expect(() => modelOf('mse', 'last', 0)).toThrow('at least 1 value');
    expect(() => modelOf('cross-entropy', 'last', 1)).toThrow('at least 2 classes');
  });
});
