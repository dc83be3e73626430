import { describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { createSchedule, parseSchedule } from './index.js';

const at = (text: string, epoch: number, fraction = 0, epochs = 100) =>
  parseSchedule(text).factor({ epoch, epochs, fraction });

describe('schedules', () => {
  it('constant is 1', () => {
    expect(at('constant', 57, 0.5)).toBe(1);
  });

  it('step drops every so many epochs', () => {
    expect([0, 29, 30, 59, 60].map((epoch) => at('step:every=30,gamma=0.5', epoch, 0.9))).toEqual([
      1, 1, 0.5, 0.5, 0.25,
    ]);
  });

  it('step drops at milestones: 91 epochs at the full rate, then a tenth', () => {
    expect([0, 90, 91, 99].map((epoch) => at('step:at=91', epoch))).toEqual([1, 1, 0.1, 0.1]);
    expect([89, 90, 94, 95].map((epoch) => at('step:at=90|95,gamma=0.5', epoch))).toEqual([1, 0.5, 0.5, 0.25]);
    const schedule = createSchedule({ name: 'step', values: { at: 2, gamma: 0.5 } });
    expect(schedule.factor({ epoch: 2, epochs: 3, fraction: 0 })).toBe(0.5);
  });

  it('cosine falls from 1 to min', () => {
    expect(at('cosine', 0)).toBe(1);
    expect(at('cosine', 50)).toBeCloseTo(0.5, 15);
    expect(at('cosine', 25)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 15);
    expect(at('cosine:epochs=10,min=0.1', 5)).toBeCloseTo(0.55, 15);
    expect(at('cosine:epochs=10,min=0.1', 10)).toBe(0.1);
    expect(at('cosine:epochs=10,min=0.1', 60)).toBe(0.1);
  });

  it('cosine warms up linearly, without a jump, and moves with every batch', () => {
    expect(at('cosine:warmup=5', 0)).toBe(0.01);
    expect(at('cosine:warmup=5', 2, 0.5)).toBeCloseTo(0.505, 15);
    expect(at('cosine:warmup=5', 4, 0.999_999)).toBeCloseTo(1, 5);
    expect(at('cosine:warmup=5', 5)).toBe(1);
    expect(at('cosine:warmup=5', 5, 0.5)).toBeLessThan(1);
  });

  it.each([
    ['cosin', 'did you mean "cosine"?'],
    ['step', 'neither every nor at'],
    ['step:every=3,at=4', 'both every and at'],
    ['step:every=2.5', 'whole number'],
    ['step:at=95|90', 'increasing'],
    ['step:at=90||95', 'increasing'],
    ['step:at=soon', 'increasing'],
    ['cosine:min=2', 'between 0 and 1'],
    ['constant:gamma=1', 'known: none'],
  ])('refuses %s', (text, message) => {
    expect(() => parseSchedule(text)).toThrow(InputError);
    expect(() => parseSchedule(text)).toThrow(message);
  });

  it('refuses a warm-up that leaves no epoch', () => {
    expect(() => at('cosine:warmup=100', 0)).toThrow(InputError);
  });
});
