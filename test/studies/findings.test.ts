/** docs/findings.md: every measured part comes from the committed results. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsBlocks, parsePublic, ROBUSTNESS } from '../../src/experiments/findings/index.js';
import { plannedAnswer } from '../../src/experiments/planned.js';
import { parseResult } from '../../src/experiments/read-result.js';
import { studies } from '../../src/experiments/studies/index.js';
import { studyJson } from '../../src/result/stored.js';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const text = (path: string) => readFileSync(at(path), 'utf8');
const there = (name: string) => existsSync(at(`studies/${name}.json`));
const read = (name: string) => parseResult(text(`studies/${name}.json`), name);

const committed = {
  robustness: ROBUSTNESS.filter(there).map(read),
  parallel: read('parallel'),
  streams: read('streams'),
  benchmark: there('public') ? parsePublic(text('studies/public.json'), 'studies/public.json') : null,
};

describe('docs/findings.md', () => {
  const page = text('docs/findings.md');

  it.each(Object.entries(findingsBlocks(committed)))('%s is what the committed results give', (name, block) => {
    expect(page).toContain(`<!-- ${name} -->\n${block}<!-- end of ${name} -->`);
  });

  it('has no measured part beside these', () => {
    const names = [...page.matchAll(/<!-- end of (\S+) -->/g)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(findingsBlocks(committed)).toSorted());
  });
});

describe.each(['parallel', 'streams'])('the study %s', (name) => {
  const result = read(name);
  const study = studies.get(name)!;

  it('is kept as it is written, small, its planned lengths measured of every run', () => {
    expect(studyJson(result) === text(`studies/${name}.json`)).toBe(true);
    expect(text(`studies/${name}.json`).length).toBeLessThan(1.5e6);
    const { lengths } = (study.parallel ?? study.streams)!;
    for (const { measures } of result.runs)
      for (const length of lengths) expect(Object.keys(measures).some((key) => key.endsWith(`.${length}`))).toBe(true);
  });

  it('has the answer that its plan and its runs give', () => {
    const ids = new Set(result.models.map(({ id }) => id));
    const run = { ...study, models: study.models.filter(({ id }) => ids.has(id)) };
    expect(plannedAnswer({ ...run, plan: study.plan! }, result.runs, result.seeds.length)).toBe(result.answer);
  });
});
