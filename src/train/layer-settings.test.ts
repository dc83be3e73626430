import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { buildConfigured, layersOf } from './build.js';
import { checkConfiguration, type GivenConfiguration } from './configuration.js';
import { completeConfiguration } from './defaults.js';
import { mergeSettings } from './merge-settings.js';
import { builtInParts } from './parts/parts.js';

const complete = (given: GivenConfiguration) => completeConfiguration(checkConfiguration(given, 'test'), builtInParts);
const build = (given: Record<string, unknown>) =>
  buildConfigured(complete(given as GivenConfiguration), builtInParts, { inputs: 2, outputs: 3 });

describe('a stack of layers', () => {
  it('reads the same from one line, lines and mappings', () => {
    const line = 'noisy:beta=0.8 units=8 noise=sde:add=0.1,mult=0.2; gru units=4 bidirectional';
    const mappings = [
      { model: 'noisy:beta=0.8', units: 8, noise: 'sde:add=0.1,mult=0.2' },
      { model: 'gru', units: 4, bidirectional: true },
    ];
    for (const stack of [line, line.split(';'), mappings])
      expect(checkConfiguration({ stack }, 'test')).toEqual({ stack: mappings });
  });

  it('is complete: each layer has its own settings, then the run’s, then the defaults of its model', () => {
    const settings = complete({ stack: [{ model: 'noisy', delta: 0.2 }, { model: 'gru', units: 4 }, {}], units: 9 });
    const shared = { bidirectional: false, initialState: 'zero', step: 'fixed', solver: 'euler' };
    const noisy = { ...shared, model: 'noisy', units: 9, noise: 'sde:add=0.1,mult=0.1' };
    expect(settings.stack).toEqual([
      { ...noisy, delta: 0.2 },
      { ...shared, model: 'gru', units: 4, noise: 'none', delta: 1 },
      { ...noisy, delta: 0.1 },
    ]);
    expect(settings).toMatchObject({ layers: 3, model: 'noisy', units: 9 });
    expect(layersOf(settings)).toEqual(settings.stack);
    // What was completed stays as it is.
    expect(complete(settings)).toEqual(settings);
  });

  it('gives the run’s step size to the layers that have one', () => {
    const both = complete(checkConfiguration({ stack: 'noisy; gru', delta: 0.3, step: 'learned' }, 'test'));
    expect(layersOf(both).map(({ delta, step }) => [delta, step])).toEqual([
      [0.3, 'learned'],
      [1, 'fixed'],
    ]);
    expect(() => build({ stack: 'lstm; gru', delta: 0.3 })).toThrow('layer 1: model lstm is a discrete step');
  });

  it('builds what it says', () => {
    const { spec, parameters } = build({ stack: 'noisy units=8; gru units=4 bidirectional initialState=learned' });
    expect(spec.layers.map(({ cell, units, bidirectional }) => [cell.name, units, bidirectional])).toEqual([
      ['noisy', 8, false],
      ['gru', 4, true],
    ]);
    expect(parameters['readout.weight']!.shape).toEqual([3, 8]);
    expect(parameters['layer1.backward.initial.h']!.shape).toEqual([4]);
  });

  it('is the short form’s model where the layers are alike', () => {
    const given = { model: 'noisy', units: 5, layers: 2 };
    const short = build(given);
    expect(build({ stack: 'noisy units=5; noisy units=5' }).parameters).toEqual(short.parameters);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no layers', { stack: [] }, 'stack: got []; expected one layer at least'],
    ['no layers in a text', { stack: ' ; ' }, 'expected one layer at least'],
    ['an unknown key', { stack: 'gru unit=3' }, 'stack, layer 1: unknown setting "unit"; did you mean "units"?'],
    ['a bad value', { stack: 'noisy; gru units=0' }, 'stack, layer 2, units: got'],
    ['two models', { stack: 'gru lstm' }, '"lstm" in layer "gru lstm": expected key=value after the model'],
    ['a key given twice', { stack: 'gru units=3 units=4' }, 'layer "gru units=3 units=4" gives units twice'],
    ['neither text nor mapping', { stack: [3] }, 'stack, layer 1: got [3]'],
    ['a number of layers beside it', { stack: 'gru; gru', layers: 3 }, 'layers is 3, and stack has 2'],
    ['unknown noise', { stack: 'noisy; gru noise=loud' }, 'layer 2: unknown noise scheme "loud"'],
    ['an unknown start', { stack: 'gru initialState=one' }, 'unknown initial state "one"'],
    ['a solver that does not fit', { stack: 'noisy; gru solver=heun' }, 'layer 2: solver heun does not fit model gru'],
  ])('refuses %s', (_, given, message) => {
    const attempt = () =>
      buildConfigured(completeConfiguration(checkConfiguration(given, 'test'), builtInParts), builtInParts, {
        inputs: 1,
        outputs: 2,
      });
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  it('names the layer of an unknown cell', () => {
    const given = checkConfiguration({ stack: 'noisy; gur' }, 'test');
    expect(() => completeConfiguration(given, builtInParts)).toThrow('layer 2: unknown model "gur"');
  });
});

describe('settings before those of a file', () => {
  const stack = checkConfiguration({ stack: 'gru; lstm' }, 'test').stack!;

  it('replace them, a stack the number of layers too', () => {
    expect(mergeSettings({ layers: 1, units: 3 }, { units: 4 })).toEqual({ layers: 1, units: 4 });
    expect(mergeSettings({ layers: 1, units: 3 }, { stack })).toEqual({ units: 3, stack });
  });

  it('are refused where the file’s stack would hide them', () => {
    expect(mergeSettings({ stack }, { epochs: 4 })).toEqual({ stack, epochs: 4 });
    for (const direct of [{ units: 4 }, { layers: 2 }, { noise: 'none' }])
      expect(() => mergeSettings({ stack }, direct)).toThrow('give a whole stack instead');
  });
});
