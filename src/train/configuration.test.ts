import { describe, expect, it } from 'vitest';
import { cells } from '../cells/index.js';
import { dataSources } from '../data/index.js';
import { InputError } from '../errors.js';
import { parseNoise } from '../noise/index.js';
import { checkConfiguration, settingNames } from './configuration.js';
import { completeConfiguration } from './defaults.js';
import { parseGroup } from './groups.js';
import { parseOptimiser } from './optimisers/index.js';
import { builtInParts } from './parts/parts.js';
import { readRunDocument } from './run-document.js';
import { parseSchedule } from './schedules/index.js';

const complete = (given: Record<string, unknown>) => {
  const checked = checkConfiguration(given, 'test');
  return completeConfiguration(checked, builtInParts);
};

describe('settings', () => {
  it('read numbers from text, and lists from one line', () => {
    expect(checkConfiguration({ units: '8', lr: '1e-3', clip: 'none', groups: 'a:lr=1; b:lr=2' }, 'test')).toEqual({
      units: 8,
      lr: 0.001,
      clip: 'none',
      groups: ['a:lr=1', 'b:lr=2'],
    });
  });

  it.each([
    { units: '' },
    { units: 0 },
    { units: null },
    { seed: 2 ** 60 },
    { lr: Number.NaN },
    { clip: 'never' },
    [],
    'x',
    null,
  ])('refuses %j', (given) => {
    expect(() => checkConfiguration(given, 'test')).toThrow(InputError);
  });

  it('read switches from words', () => {
    for (const yes of [true, 'true', 'on', 'yes'])
      expect(checkConfiguration({ antithetic: yes }, 'test')).toEqual({ antithetic: true });
    for (const no of [false, 'false', 'off', 'no'])
      expect(checkConfiguration({ antithetic: no }, 'test')).toEqual({ antithetic: false });
    expect(() => checkConfiguration({ antithetic: 'perhaps' }, 'x')).toThrow('got "perhaps"; expected true or false');
  });

  it('names every mistake at once', () => {
    expect(() => checkConfiguration({ unit: 3, epochs: -1 }, 'file.yaml')).toThrow(
      /file\.yaml: epochs: got -1; expected 1 or more\nfile\.yaml: unknown setting "unit"; did you mean "units"\?/,
    );
  });
});

describe('defaults', () => {
  it('are complete and usable for every model and data source', () => {
    for (const model of Object.keys(cells))
      for (const data of dataSources.keys()) {
        const settings = complete({ model, data });
        const preprocessing = { normalisation: 'none', steps: 1, channels: 1, mean: [0], scale: [1] };
        const extremes = { classes: ['a', 'b'], minimum: 0, maximum: 1 };
        const document = { format: 'noisy-rnn/run', version: 1, origin: 'trained', settings };
        expect(
          readRunDocument({ ...document, preprocessing: { ...preprocessing, ...extremes } }, 'x').settings,
        ).toEqual(settings);
        parseNoise(settings.noise);
        parseOptimiser(settings.optimizer);
        parseSchedule(settings.schedule);
      }
    expect(settingNames.length).toBeGreaterThan(20);
  });

  it('read a run made before a setting was there as it was made', () => {
    const { antithetic: _, regularizer: __, ...settings } = complete({});
    const preprocessing = { normalisation: 'none', steps: 1, channels: 1, mean: [0], scale: [1] };
    const document = {
      ...{ format: 'noisy-rnn/run', version: 1, origin: 'trained', settings },
      preprocessing: { ...preprocessing, classes: ['a', 'b'], minimum: 0, maximum: 1 },
    };
    expect(readRunDocument(document, 'x').settings).toEqual(complete({}));
  });

  it('leave what was given', () => {
    const given = { data: 'mnist', model: 'gru', units: 5, noise: 'dropout:rate=0.1', lr: 0, clip: 'none', threads: 3 };
    expect(complete(given)).toMatchObject(given);
  });

  it('drop the usual noise where the solver takes none', () => {
    expect(complete({ solver: 'rk4' }).noise).toBe('none');
    expect(complete({ solver: 'euler' }).noise).not.toBe('none');
  });

  it('move the base rates out of the optimiser', () => {
    expect(complete({ optimizer: 'adamw:beta1=0.8,lr=0.5' })).toMatchObject({
      optimizer: 'adamw:beta1=0.8',
      lr: 0.5,
      weightDecay: 0.01,
    });
    expect(() => complete({ optimizer: 'adam:weightDecay=1', weightDecay: 1 })).toThrow('given twice');
  });
});

it('groups are read and refused', () => {
  expect(parseGroup('M_*:lrScale=0.1,weightDecay=0')).toEqual({ match: 'M_*', lrScale: 0.1, weightDecay: 0 });
  for (const text of ['b', 'b:', ':lr=1', 'b:rate=1', 'b:lr=-1', 'b:lr'])
    expect(() => parseGroup(text)).toThrow(InputError);
});
