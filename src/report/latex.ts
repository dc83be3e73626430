import type { StudyResult } from '../result/study.js';
import { accuracyTable, comparisonTable, type TextTable } from './tables.js';

/** A study's tables for LaTeX with booktabs; the best of a row is bold. */
export function studyLatex(result: StudyResult): string {
  return `% \\usepackage{booktabs}\n${[accuracyTable(result), comparisonTable(result)].map(tabular).join('\n')}`;
}

function tabular({ id, title, heading, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `${cells.join(' & ')} \\\\`;
  const body = rows.map((row) =>
    line(row.map(({ text, best }) => (best ? `\\textbf{${escaped(text)}}` : escaped(text)))),
  );
  return [
    '\\begin{table}',
    `\\caption{${escaped(title)}}\\label{tab:${id}}`,
    `\\begin{tabular}{l${'r'.repeat(heading.length - 1)}}`,
    '\\toprule',
    line(heading.map(escaped)),
    '\\midrule',
    ...body,
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}\n',
  ].join('\n');
}

const SIGNS: Readonly<Record<string, string>> = {
  '−': '$-$',
  '±': '$\\pm$',
  '∞': '$\\infty$',
  σ: '$\\sigma$',
  α: '$\\alpha$',
  '–': '--',
  '\u00a0': '~',
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function escaped(text: string): string {
  return text.replace(/[−±∞σα–\u00a0\\~^]|[&%$#_{}]/g, (sign) => SIGNS[sign] ?? `\\${sign}`);
}
