import { printable } from './printable.js';

/** Rows of cells as aligned plain text. @param right columns set to the right: numbers. */
export function alignedColumns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  return cells
    .map((row) =>
      row
        .map((text, column) => {
          const space = ' '.repeat(widths[column]! - [...text].length);
          return right.has(column) ? space + text : text + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
