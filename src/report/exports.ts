import type { StudyResult } from '../result/study.js';
import { accuraciesCsv, comparisonsCsv } from './csv.js';
import { studyLatex } from './latex.js';
import { studyMarkdown } from './markdown.js';

/** The tables of a study in other formats: names and contents of files. */
export function studyExports(result: StudyResult): [string, string][] {
  return [
    ['tables.md', studyMarkdown(result)],
    ['tables.tex', studyLatex(result)],
    ['accuracies.csv', accuraciesCsv(result)],
    ['comparisons.csv', comparisonsCsv(result)],
  ];
}
