import { describe, expect, it } from 'vitest';
import { syntheticStudy } from '../../test/support/synthetic-study.js';
import { studyTable } from '../cli/terminal/table.js';
import { accuraciesCsv } from './csv.js';
import { studyExports } from './exports.js';
import { studyLatex } from './latex.js';
import { studyMarkdown } from './markdown.js';

describe('tables in other formats', () => {
  it('are named files', () => {
    const names = studyExports(syntheticStudy()).map(([name]) => name);
    expect(names).toEqual(['tables.md', 'tables.tex', 'accuracies.csv', 'comparisons.csv']);
  });

  it('mark the best of a row in Markdown and LaTeX', () => {
    const study = syntheticStudy();
    expect(studyMarkdown(study)).toContain('| clean | **0.977 ± 0.006** | 0.972 ± 0.006 | 0.941 ± 0.006 |');
    expect(studyLatex(study)).toContain(
      'clean & \\textbf{0.977 $\\pm$ 0.006} & 0.972 $\\pm$ 0.006 & 0.941 $\\pm$ 0.006 \\\\',
    );
  });

  it('say which models are under-trained', () => {
    const study = syntheticStudy();
    const models = [
      { model: 'control', runs: 2, of: 3 },
      { model: 'elman', runs: 3, of: 3 },
    ];
    study.underTrained = { below: 0.95, models };
    const heading = '| noisy | control (under-trained in 2 of 3 runs) | elman (under-trained) |';
    expect(studyMarkdown(study)).toContain(heading);
    expect(studyLatex(study)).toContain('elman (under-trained) ');
    expect(studyTable(study)).toMatch(/^elman \(under-trained\) /m);
    const remarks = accuraciesCsv(study)
      .trimEnd()
      .split('\r\n')
      .filter((line) => line.includes(',clean,'))
      .map((line) => line.split(',').at(-1));
    expect(remarks).toEqual(['', 'under-trained in 2 of 3 runs', 'under-trained']);
  });

  it('escape what LaTeX and CSV would read otherwise', () => {
    const study = syntheticStudy();
    study.models[0]!.label = 'a_b, "50 %" & 1\\2';
    expect(studyLatex(study)).toContain('a\\_b, "50 \\%" \\& 1\\textbackslash{}2');
    expect(accuraciesCsv(study)).toContain('noisy,"a_b, ""50 %"" & 1\\2",clean,0,');
  });

  it('hold every number in full in CSV, and nothing where there is none', () => {
    const study = syntheticStudy();
    study.points[0]!.accuracy.low = Number.NaN;
    const lines = accuraciesCsv(study).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + study.points.length);
    const { value, high, standardError, count } = study.points[0]!.accuracy;
    expect(lines[1]).toBe(`noisy,noisy,clean,0,${value},,${high},${standardError},${count},`);
  });
});
