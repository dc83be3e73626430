/** The committed studies: every number in docs/studies.md comes from studies/*.json, and those from their runs. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accuraciesBySeed, pairedBySeed } from '../../src/experiments/assemble.js';
import { accuracyInterval, detectableDifference, verdictOf } from '../../src/experiments/statistics/intervals.js';
import { documentMarkdown } from '../../src/report/markdown.js';
import type { StudyResult } from '../../src/result/study.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe.each(['ecg', 'mnist-rows'])('the study %s', (name) => {
  const result: StudyResult = JSON.parse(read(`studies/${name}.json`));

  it('has the intervals that its runs give', () => {
    expect(result.runs.length).toBe(result.models.length * result.seeds.length);
    for (const { model, accuracy, ...condition } of result.points)
      expect(accuracy).toEqual(accuracyInterval([...accuraciesBySeed(result.runs, model, condition).values()]));
    for (const { first, second, difference, detectable, verdict, ...condition } of result.comparisons) {
      const [a, b] = [first, second].map((model) => accuraciesBySeed(result.runs, model, condition));
      expect(difference).toEqual(pairedBySeed(a!, b!));
      expect(detectable).toBe(detectableDifference(difference));
      expect(verdict).toBe(verdictOf(difference));
    }
  });

  it('stands in docs/studies.md number by number', () => {
    const page = read('docs/studies.md');
    expect(page).toContain(documentMarkdown(result));
    expect(page).toContain(result.answer);
  });
});
