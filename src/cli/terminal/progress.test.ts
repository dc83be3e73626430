import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.js';

function harness(isTerminal: boolean, columns?: number) {
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const stream = { write: (text: string) => written.push(text), columns };
  return { written, clock, progress: createProgress({ stream, isTerminal, now: () => clock.milliseconds }) };
}

describe('progress without a terminal', () => {
  it('prints a plain line at each tenth, with the time left at the pace so far', () => {
    const { written, clock, progress } = harness(false);
    for (let step = 0; step <= 100; step += 1) {
      clock.milliseconds = step * 50;
      progress.update(step / 100, 'epoch');
    }
    progress.done('finished');
    expect(written).toHaveLength(12);
    expect(written[0]).toBe('0 %  epoch\n');
    // Half done after 2.5 s.
    expect(written[5]).toBe('50 %, 2.5 s left  epoch\n');
    expect(written[10]).toBe('100 %  epoch\n');
    expect(written[11]).toBe('finished\n');
    expect(written.join('')).not.toContain('\u001b');
    expect(written.join('')).not.toContain('\r');
  });

  it('prints at least every ten seconds of slow work', () => {
    const { written, clock, progress } = harness(false);
    for (let second = 0; second <= 60; second += 1) {
      clock.milliseconds = second * 1000;
      progress.update(second / 6000, 'slow');
    }
    expect(written).toHaveLength(7);
  });

  it('takes the pace from the work done here when earlier work is taken up again', () => {
    const { written, clock, progress } = harness(false);
    progress.update(0.5, 'resumed');
    clock.milliseconds = 10_000;
    progress.update(0.75, 'resumed');
    expect(written[1]).toBe('75 %, 10.0 s left  resumed\n');
  });
});

describe('progress on a terminal', () => {
  it('redraws one line, no more often than ten times a second, and always the end', () => {
    const { written, clock, progress } = harness(true, 120);
    for (let step = 0; step <= 100; step += 1) {
      clock.milliseconds = step * 10;
      progress.update(step / 100, 'epoch');
    }
    expect(written).toHaveLength(11);
    for (const text of written) {
      expect(text.startsWith('\r\u001b[2K[')).toBe(true);
      expect(text).not.toContain('\n');
    }
    expect(written[5]).toContain('[############............]  50 %, 0.5 s left  epoch');
    expect(written[10]).toContain('[########################] 100 %  epoch');
  });

  it('draws the end even when it comes at once', () => {
    const { written, progress } = harness(true);
    progress.update(0.2, 'a');
    progress.update(1, 'a');
    expect(written).toHaveLength(2);
  });

  it('keeps a note above the bar and clears the bar at the end', () => {
    const { written, progress } = harness(true);
    progress.note('before');
    progress.update(0.25, 'a');
    progress.note('saved');
    progress.done('finished');
    expect(written[0]).toBe('before\n');
    expect(written[2]).toBe('\r\u001b[2Ksaved\n');
    expect(written[3]).toBe(written[1]);
    expect(written[4]).toBe('\r\u001b[2Kfinished\n');
  });

  it('never fills the line, or it would wrap', () => {
    const { written, progress } = harness(true, 40);
    progress.update(0.5, 'a label much longer than the terminal is wide');
    expect(written[0]?.replace('\r\u001b[2K', '')).toHaveLength(39);
  });

  it('takes a fraction that is out of range or not a number as the nearest that is', () => {
    const { written, clock, progress } = harness(true);
    for (const fraction of [Number.NaN, -1, 2]) {
      progress.update(fraction, '');
      clock.milliseconds += 1000;
    }
    expect(written.map((text) => /\d+ %/.exec(text)?.[0])).toEqual(['0 %', '0 %', '100 %']);
  });
});
