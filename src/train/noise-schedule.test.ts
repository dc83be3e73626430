import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { parseNoiseSchedule } from './noise-schedule.js';

const at = (text: string, epoch: number, updates = 0, epochs = 5) =>
  parseNoiseSchedule(text)({ epoch, epochs, updates });
const overEpochs = (text: string) => [0, 1, 2, 3, 4].map((epoch) => at(text, epoch));

describe('a noise schedule', () => {
  it('takes the whole run, to reach its end in the last epoch', () => {
    expect(overEpochs('linear')).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expect(overEpochs('warmup')).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(overEpochs('exponential:to=0.0625')).toEqual([1, 0.5, 0.25, 0.125, 0.0625]);
    expect(overEpochs('cosine:from=2,to=0')[2]).toBeCloseTo(1, 15);
    expect(
      overEpochs('cosine:from=2,to=1')
        .map((factor) => Number(factor))
        .toSorted((a, b) => b - a),
    ).toEqual(overEpochs('cosine:from=2,to=1'));
    // One epoch is its own first and last.
    expect(at('linear', 0, 0, 1)).toBe(1);
  });

  it('takes as long as it is told, by epoch or by update, and then stays', () => {
    expect(overEpochs('linear:from=0,to=1,epochs=2')).toEqual([0, 0.5, 1, 1, 1]);
    expect([0, 5, 10, 11].map((updates) => at('linear:from=0,to=3,updates=10', 4, updates))).toEqual([0, 1.5, 3, 3]);
    // An epoch's updates do not matter where epochs count.
    expect(at('warmup:epochs=2', 1, 77)).toBe(0.5);
  });

  it('is none where constant, and exactly its ends at its ends', () => {
    expect(at('constant', 3)).toBeUndefined();
    for (const name of ['linear', 'cosine', 'exponential']) {
      expect(at(`${name}:from=0.3,to=0.7,epochs=3`, 0)).toBeCloseTo(0.3, 15);
      expect(at(`${name}:from=0.3,to=0.7,epochs=3`, 3)).toBe(0.7);
    }
  });

  it.each([
    ['fade', 'unknown noise schedule "fade"'],
    ['linear:epoch=3', 'did you mean "epochs"?'],
    ['linear:epochs=0', 'a whole number, 1 or more'],
    ['linear:from=-1', '0 or more'],
    ['linear:epochs=2,updates=3', 'got both epochs and updates'],
    ['exponential', 'needs to'],
    ['exponential:to=0', 'above 0'],
    ['warmup:from=1', 'unknown key'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseNoiseSchedule(text)).toThrow(InputError);
    expect(() => parseNoiseSchedule(text)).toThrow(message);
  });
});
