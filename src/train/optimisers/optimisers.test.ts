import { describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { type Tensors, tensor } from '../../graph/tensor.js';
import { baseRates, createOptimiser, parseOptimiser } from './index.js';

const gradients = [
  [0.5, -1.25, 2],
  [-0.3, 0.75, 0.1],
  [1.5, -0.2, -4],
  [0, 0.6, 0.25],
];

/**
 * Parameter [0.8, -0.4, 1.6] after the four gradients above: torch.optim of PyTorch 1.13, float64, with options of the
 * same names (`weightDecay` = weight_decay, `beta1`, `beta2` = betas).
 */
const pytorch: [string, number[]][] = [
  ['sgd:lr=0.1', [0.63, -0.39, 1.7650000000000001]],
  ['sgd:lr=0.1,momentum=0.9', [0.42435, -0.195375, 1.6201000000000003]],
  ['sgd:lr=0.1,momentum=0.9,weightDecay=0.05', [0.39086106174999996, -0.18171779337499996, 1.555451136]],
  [
    'sgd:lr=0.1,momentum=0.9,nesterov=true,weightDecay=0.05',
    [0.25025580576167494, -0.19106898103208747, 1.7008618479246],
  ],
  ['adam', [0.7976277535109991, -0.3986175080939939, 1.5988557616568435]],
  [
    'adam:lr=0.01,beta1=0.8,beta2=0.95,eps=1e-6,weightDecay=0.1',
    [0.7736791177871033, -0.38659046267884783, 1.5884338042958217],
  ],
  ['adamw', [0.7975957943113359, -0.3986015444992078, 1.5987918034735307]],
  [
    'adamw:lr=0.01,beta1=0.8,beta2=0.95,eps=1e-6,weightDecay=0.1',
    [0.7733675950595666, -0.38633524070844033, 1.5838272435139724],
  ],
  ['rmsprop', [0.6583284389520148, -0.3761307778801371, 1.5789608737856933]],
  [
    'rmsprop:lr=0.02,alpha=0.9,eps=1e-6,weightDecay=0.1',
    [0.6984810272436892, -0.38298396623006414, 1.5790669339769494],
  ],
  ['rmsprop:lr=0.02,momentum=0.7', [0.20232369943617795, -0.1493712155569955, 1.3648154573193443]],
];

const start = () => ({ W: tensor([3], [0.8, -0.4, 1.6]) });

function train(text: string, parameters: Tensors, from = 0, to = gradients.length, state?: Tensors) {
  const spec = parseOptimiser(text);
  const optimiser = createOptimiser(spec);
  if (state) optimiser.load(state);
  for (const gradient of gradients.slice(from, to))
    optimiser.step(parameters, { W: tensor([3], gradient) }, () => baseRates(spec));
  return optimiser;
}

describe('optimisers against PyTorch', () => {
  it.each(pytorch)('%s', (text, expected) => {
    const parameters = start();
    train(text, parameters);
    expected.forEach((value, index) => {
      expect(Math.abs(parameters.W.data[index]! - value)).toBeLessThan(1e-12 * Math.abs(value));
    });
  });

  it.each(pytorch)('%s: interrupted and resumed, the very same numbers', (text) => {
    const whole = start();
    const wholeState = train(text, whole).state();
    const parts = start();
    const saved = train(text, parts, 0, 2).state();
    const copy = structuredClone(saved);
    const resumed = train(text, parts, 2, 4, saved);
    expect(parts.W.data).toEqual(whole.W.data);
    expect(resumed.state()).toEqual(wholeState);
    expect(saved).toEqual(copy); // load copies
  });
});

describe('createOptimiser', () => {
  it('rounds parameters to float32 on request, and only parameters', () => {
    const spec = parseOptimiser('adam');
    const optimiser = createOptimiser(spec, { roundToFloat32: true });
    const parameters = start();
    optimiser.step(parameters, { W: tensor([3], [0.1, 0.2, 0.3]) }, () => baseRates(spec));
    for (const value of parameters.W.data) expect(Math.fround(value)).toBe(value);
    const m = optimiser.state()['adam.m/W']!.data[0]!;
    expect(Math.fround(m)).not.toBe(m);
  });

  it('uses the rates of each parameter', () => {
    const parameters = { W: tensor([1], [1]), b: tensor([1], [1]), frozen: tensor([1], [1]) };
    const gradient = { W: tensor([1], [1]), b: tensor([1], [1]), frozen: tensor([1], [1]) };
    const lr: Record<string, number> = { W: 0.5, b: 0.25, frozen: 0 };
    createOptimiser({ name: 'sgd' }).step(parameters, gradient, (name) => ({ lr: lr[name]!, weightDecay: 0 }));
    expect([parameters.W.data[0], parameters.b.data[0], parameters.frozen.data[0]]).toEqual([0.5, 0.75, 1]);
  });

  it.each([
    ['adamx', 'unknown optimiser "adamx"; known: sgd, adam, adamw, rmsprop; did you mean "adam"?'],
    ['adam:momentum=0.9', 'known: lr, weightDecay, beta1, beta2, eps'],
    ['adam:beta1=1', 'beta1: got 1, must be 0 or more and below 1'],
    ['sgd:lr=-1', 'must be 0 or more'],
    ['sgd:nesterov=true', 'nesterov needs a momentum'],
  ])('refuses %s', (text, message) => {
    expect(() => createOptimiser(parseOptimiser(text))).toThrow(InputError);
    expect(() => createOptimiser(parseOptimiser(text))).toThrow(message);
  });

  it('refuses a state that is not its own', () => {
    const adam = train('adam', start()).state();
    expect(() => createOptimiser({ name: 'adamw' }).load(adam)).toThrow(InputError);
    expect(() => createOptimiser({ name: 'adam' }).load({})).toThrow('got nothing');
    expect(() => createOptimiser({ name: 'adam' }).load({ ...adam, 'adam.x/W': adam['adam.m/W']! })).toThrow(
      'adam.x/W',
    );
    const { 'adam.v/W': _, ...withoutV } = adam;
    expect(() => createOptimiser({ name: 'adam' }).load(withoutV)).toThrow('"adam.v/W" is missing');
    const momentum = train('sgd:momentum=0.5', start()).state();
    expect(() => createOptimiser({ name: 'sgd' }).load(momentum)).toThrow('it keeps nothing');
  });

  it('changes nothing when names or shapes differ', () => {
    const parameters = start();
    const optimiser = createOptimiser({ name: 'adam' });
    const rates = () => ({ lr: 1, weightDecay: 0 });
    expect(() => optimiser.step(parameters, {}, rates)).toThrow('"W" has no gradient');
    expect(() => optimiser.step(parameters, { W: tensor([1, 3], [1, 1, 1]) }, rates)).toThrow(RangeError);
    expect(() => optimiser.step({}, { W: tensor([1], [1]) }, rates)).toThrow('no parameter');
    const state = train('adam', start()).state();
    optimiser.load(state);
    expect(() => optimiser.step({ W: tensor([1], [1]) }, { W: tensor([1], [1]) }, rates)).toThrow('state "adam.m/W"');
    expect(parameters).toEqual(start());
    expect(optimiser.state()).toEqual(state);
  });
});
