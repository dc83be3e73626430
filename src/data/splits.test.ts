import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { heldOutBy, holdOutTest, parseSplit, splitByGroup } from './splits.js';

/** One step, whose value is the row number. */
function grouped(groups: readonly string[] | null, rows = groups!.length): SequenceTable {
  const values = Float32Array.from({ length: rows }, (_, row) => row);
  return { name: 't', rows, steps: 1, channels: 1, values, labels: Array(rows).fill('a'), ...(groups && { groups }) };
}

describe('splitByGroup', () => {
  it('never parts a group, loses no row, and holds out about the fraction', () => {
    const groups = fc.array(fc.constantFrom(...'abcdefghijklmnopqrst'), { minLength: 2, maxLength: 200 });
    const cases = fc.record({ groups, fraction: fc.double({ min: 0.05, max: 0.95, noNaN: true }), seed: fc.nat() });
    fc.assert(
      fc.property(cases, ({ groups: own, fraction, seed }) => {
        fc.pre(new Set(own).size > 1);
        const { train, heldOut } = splitByGroup(grouped(own), fraction, seed);
        expect([...train.values, ...heldOut.values].sort((a, b) => a - b)).toEqual([...own.keys()]);
        const held = new Set(heldOut.groups);
        expect(train.groups!.filter((group) => held.has(group))).toEqual([]);
        expect(Math.min(train.rows, heldOut.rows)).toBeGreaterThan(0);
        for (const part of [train, heldOut]) {
          expect(part.values).toEqual(part.values.toSorted());
          expect(part.groups).toEqual(Array.from(part.values, (row) => own[row]));
        }
        // No group that is left out would bring the count nearer to the fraction, but for the first and the last.
        const largest = Math.max(...[...new Set(own)].map((group) => own.filter((other) => other === group).length));
        expect(Math.abs(heldOut.rows - fraction * own.length)).toBeLessThanOrEqual(largest);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('follows the seed, not the order of rows, and refuses what it cannot part', () => {
    const own = Array.from({ length: 60 }, (_, row) => `p${row % 12}`);
    expect(splitByGroup(grouped(own), 0.3, 1)).toEqual(splitByGroup(grouped(own), 0.3, 1));
    expect(splitByGroup(grouped(own), 0.3, 1)).not.toEqual(splitByGroup(grouped(own), 0.3, 2));
    const reversed = splitByGroup(grouped(own.toReversed()), 0.3, 1);
    expect(new Set(reversed.heldOut.groups)).toEqual(new Set(splitByGroup(grouped(own), 0.3, 1).heldOut.groups));
    expect(() => splitByGroup(grouped(['a', 'a']), 0.5, 1)).toThrow(/all rows belong to one group/);
    expect(() => splitByGroup(grouped(null, 4), 0.5, 1)).toThrow(/--group-column/);
  });
});

describe('holding out', () => {
  it('keeps patients of the test rows out of training and validation', () => {
    const own = Array.from({ length: 100 }, (_, row) => `p${row % 20}`);
    const split = parseSplit('group:validation=0.2,test=0.3');
    const { rest, test } = holdOutTest(grouped(own), split);
    const { train, heldOut } = heldOutBy(rest, split.method, 0.25, 9);
    const sets = [train, heldOut, test!].map((part) => new Set(part.groups));
    expect(sets.reduce((sum, { size }) => sum + size, 0)).toBe(20);
    expect(new Set(sets.flatMap((set) => [...set])).size).toBe(20);
    expect(test!.rows).toBe(30);
    // The seed of a run does not move the test rows.
    expect(holdOutTest(grouped(own), split)).toEqual({ rest, test });
  });

  it.each([
    ['thirds', 'unknown split "thirds"'],
    ['fraction:train=0.5', 'unknown key of split "fraction" "train"'],
    ['fraction:validation=1', 'below 1'],
    ['fraction:validation=0', 'leave no room'],
    ['group:validation=0.5,test=0.5', 'leave no room'],
    ['fraction:seed=-1', 'a whole number'],
  ])('refuses %s', (text, message) => {
    expect(() => parseSplit(text)).toThrow(InputError);
    expect(() => parseSplit(text)).toThrow(message);
  });
});
