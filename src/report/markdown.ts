import type { StudyResult } from '../result/study.js';
import { accuracyTable, comparisonTable, doseTable, measureTable, searchTable, type TextTable } from './tables.js';

/** A study's tables in Markdown: accuracies with half their 95 % interval, and paired differences with theirs. */
export function studyMarkdown(result: StudyResult): string {
  return `${tables([accuracyTable(result), comparisonTable(result)])}\n`;
}

/** What a document shows of a study: the pair of the question alone, and what was chosen from what. */
export function documentMarkdown(result: StudyResult): string {
  const [asked] = result.comparisons;
  const comparisons = result.comparisons.filter(
    ({ first, second }) => first === asked?.first && second === asked.second,
  );
  const own = { ...result, comparisons };
  return `${tables([accuracyTable(own), comparisonTable(own), doseTable(own), measureTable(own), searchTable(own)])}\n`;
}

/** One after the other; those without rows are left out. */
function tables(all: readonly TextTable[]): string {
  return all
    .filter(({ rows }) => rows.length > 0)
    .map((table) => `${table.title}:\n\n${markdownTable(table)}`)
    .join('\n\n');
}

/** Best cells in bold. */
export function markdownTable({ heading, rows }: Pick<TextTable, 'heading' | 'rows'>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const texts = rows.map((row) => row.map(({ text, best }) => (best ? `**${text}**` : text)));
  return [line(heading), line(heading.map(() => '---')), ...texts.map(line)].join('\n');
}
