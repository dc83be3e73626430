import { describe, expect, it } from 'vitest';
import { syntheticStudy } from '../../../test/support/synthetic-study.js';
import { studyTable } from './table.js';

function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}

describe('studyTable', () => {
  it('prints each accuracy with half its interval, and a star on the highest of each column', () => {
    expect(lines(studyTable(syntheticStudy())).slice(0, 5)).toEqual([
      '                clean          white          white          white    salt-pepper    salt-pepper    salt-pepper',
      '                             σ = 0.1        σ = 0.2        σ = 0.4       α = 0.03       α = 0.05        α = 0.1',
      'noisy    0.977 ±0.006*  0.947 ±0.014*  0.917 ±0.022*  0.857 ±0.038*  0.946 ±0.008*  0.924 ±0.010*  0.872 ±0.014*',
      'control  0.972 ±0.006   0.915 ±0.022   0.858 ±0.038   0.744 ±0.070   0.912 ±0.011   0.872 ±0.014   0.772 ±0.022',
      'elman    0.941 ±0.006   0.863 ±0.030   0.785 ±0.054   0.629 ±0.102   0.859 ±0.013   0.804 ±0.018   0.668 ±0.030',
    ]);
  });

  it('continues in blocks with the labels repeated where the line is short, and loses no figure', () => {
    const wide = studyTable(syntheticStudy());
    const narrow = studyTable(syntheticStudy(), 60);
    for (const line of lines(narrow).slice(0, -1)) expect(line.length).toBeLessThanOrEqual(60);
    expect(narrow.match(/^noisy/gm)).toHaveLength(3);
    const figures = (text: string) => (text.match(/\d\.\d{3} ±\d\.\d{3}/g) ?? []).sort();
    expect(figures(narrow)).toEqual(figures(wide));
    // Narrower than any column: one a block.
    expect(studyTable(syntheticStudy(), 5).match(/^noisy/gm)).toHaveLength(7);
  });

  it('prints a dash for what was not measured, and no control characters', () => {
    const study = syntheticStudy();
    study.points = study.points.filter((point) => point.model !== 'elman' || point.kind !== 'clean');
    const [first] = study.models;
    if (first) first.label = '\u001b[31mred\u0007';
    const text = studyTable(study);
    expect(text).toMatch(/^elman\s+– {2,}0\.863/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be absent
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});
