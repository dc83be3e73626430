/** Aligned columns of plain text; numbers to the right. */
// Texts come from files: escape sequences in them would drive the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const control = /[\u0000-\u001f\u007f-\u009f]/g;

export function alignedColumns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
  const cells = rows.map((row) => row.map((text) => text.replace(control, '?')));
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
