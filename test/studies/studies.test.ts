/** The committed studies: every number in docs/studies.md comes from studies/*.json, and those from their runs. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accuraciesBySeed, averageBySeed, pairedBySeed, underTrainedOf } from '../../src/experiments/assemble.js';
import { headroomMarkdown, searchMarkdown } from '../../src/experiments/gain-tables.js';
import { publishedMarkdown } from '../../src/experiments/published-table.js';
import { parseResult } from '../../src/experiments/read-result.js';
import { accuracyInterval, detectableDifference, verdictOf } from '../../src/experiments/statistics/intervals.js';
import { ecgCause } from '../../src/experiments/studies/ecg-cause.js';
import { documentMarkdown } from '../../src/report/markdown.js';
import { studyJson } from '../../src/result/stored.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const studies = ['ecg', 'mnist-rows', 'mnist-196', 'mnist'];

describe.each(studies)('the study %s', (name) => {
  const path = `studies/${name}.json`;
  const text = read(path);
  const result = parseResult(text, path);

  it('is kept in the form that scripts/write-studies.mjs writes, below 1.5 MB', () => {
    // Compared as a truth value: a difference of such texts cannot be read.
    expect(studyJson(result) === text).toBe(true);
    expect(text.length).toBeLessThan(1.5e6);
  });

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

  it('has the averages over all perturbed conditions, on which its answer rests, that its runs give', () => {
    const conditions = result.protocol.perturbations.flatMap(({ kind, strengths }) =>
      strengths.map((strength) => ({ kind, strength })),
    );
    const averages = (model: string) => averageBySeed(result.runs, model, conditions);
    expect(result.overall.map(({ model }) => model)).toEqual(result.models.map(({ id }) => id));
    for (const { model, accuracy } of result.overall)
      expect(accuracy).toEqual(accuracyInterval([...averages(model).values()]));
    expect(result.overallComparisons.length).toBeGreaterThan(0);
    for (const { first, second, difference, detectable, verdict } of result.overallComparisons) {
      expect(difference).toEqual(pairedBySeed(averages(first), averages(second)));
      expect(detectable).toBe(detectableDifference(difference));
      expect(verdict).toBe(verdictOf(difference));
    }
  });

  it('says of which models its runs are under-trained', () => {
    const { models, runs, underTrained } = result;
    const trainedFrom = underTrained?.below;
    const plans = models.map((model) => ({ ...model, settings: {} }));
    expect(underTrained).toEqual(underTrainedOf({ models: plans, ...(trainedFrom && { trainedFrom }) }, runs));
  });

  it('stands in docs/studies.md number by number', () => {
    const page = read('docs/studies.md');
    expect(page).toContain(documentMarkdown(result));
    expect(page).toContain(result.answer);
  });

  it('shows what there was to gain', () => {
    expect(read('docs/studies.md')).toContain(`<!-- ${name}-headroom -->\n${headroomMarkdown(result)}<!--`);
  });
});

it('what was published stands beside what was found', () => {
  const results = studies.map((name) => parseResult(read(`studies/${name}.json`), name));
  expect(read('docs/studies.md')).toContain(`<!-- published -->\n${publishedMarkdown(results)}<!--`);
});

describe('the search ecg-cause', () => {
  const path = 'studies/ecg-cause.json';
  const text = read(path);
  const result = parseResult(text, path);

  it('is of the declared models and pairs, every run there, below 300 kB', () => {
    expect(result.models.map(({ id }) => id)).toEqual(ecgCause.models.map(({ id }) => id));
    const pairs = result.overallComparisons.map(({ first, second }) => ({ first, second }));
    const { first, second } = ecgCause.primary;
    expect(pairs).toEqual([{ first, second }, ...ecgCause.others]);
    expect(result.runs.length).toBe(ecgCause.models.length * ecgCause.seeds);
    expect(text.length).toBeLessThan(3e5);
  });

  it('stands in docs/studies.md number by number', () => {
    const ecg = parseResult(read('studies/ecg.json'), 'studies/ecg.json');
    expect(read('docs/studies.md')).toContain(`<!-- ecg-cause -->\n${searchMarkdown(result, ecg)}<!--`);
  });
});
