import type { StudyResult } from '../result/study.js';
import { accuracyTable, comparisonTable, type TextTable } from './tables.js';

/** A study's tables in Markdown: accuracies with half their 95 % interval, and paired differences with theirs. */
export function studyMarkdown(result: StudyResult): string {
  return `${markdownTable(accuracyTable(result))}\n\n${markdownTable(comparisonTable(result))}\n`;
}

export function markdownTable({ heading, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const texts = rows.map((row) => row.map(({ text, best }) => (best ? `**${text}**` : text)));
  return [line(heading), line(heading.map(() => '---')), ...texts.map(line)].join('\n');
}
