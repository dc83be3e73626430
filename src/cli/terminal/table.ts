import { bestModels, conditionsOf, kindText, pointAt, remarkedLabel, tabledModels } from '../../report/conditions.js';
import { formatAccuracy } from '../../report/format.js';
import type { StudyPoint, StudyResult } from '../../result/study.js';
import { printable } from './printable.js';

const GAP = '  ';

/** `0.953 ±0.012*`: accuracy, half the width of its 95 % interval, and a star on the highest of the column. */
function cell(point: StudyPoint | undefined, best: boolean): string {
  if (!point) return '– ';
  const { value, low, high } = point.accuracy;
  return `${formatAccuracy(value)} ±${formatAccuracy((high - low) / 2)}${best ? '*' : ' '}`;
}

/** A column: its heading and a cell a model, all padded to one width. */
function column(result: StudyResult, condition: { kind: string; strength: number }): string[] {
  const best = bestModels(result, condition);
  const { symbol } = kindText(condition.kind);
  const heading =
    condition.kind === 'clean'
      ? ['clean ', '']
      : [`${printable(condition.kind)} `, `${symbol} = ${condition.strength} `];
  const cells = tabledModels(result).map(({ id }) => cell(pointAt(result, id, condition), best.has(id)));
  return pad([...heading, ...cells], 'start');
}

function pad(texts: string[], side: 'start' | 'end'): string[] {
  const width = Math.max(...texts.map((text) => [...text].length));
  return texts.map((text) => {
    const space = ' '.repeat(width - [...text].length);
    return side === 'start' ? space + text : text + space;
  });
}

/** Groups columns into blocks that fit beside the labels; a column wider than the room stands alone. */
function blocksOf(columns: string[][], room: number): string[][][] {
  const blocks: string[][][] = [];
  let used = 0;
  for (const cells of columns) {
    const width = GAP.length + (cells[0]?.length ?? 0);
    if (blocks.length === 0 || used + width > room) {
      blocks.push([]);
      used = 0;
    }
    blocks.at(-1)?.push(cells);
    used += width;
  }
  return blocks;
}

/**
 * The accuracies of a study as aligned plain text: a row a model, a column a condition (clean first).
 * @param columns characters a line may have; a wider table continues in blocks below. Unlimited unless given.
 */
export function studyTable(result: StudyResult, columns: number = Number.POSITIVE_INFINITY): string {
  const labels = pad(['', '', ...tabledModels(result).map((model) => printable(remarkedLabel(result, model)))], 'end');
  const measured = conditionsOf(result.points).map((condition) => column(result, condition));
  const blocks = blocksOf(measured, columns - (labels[0]?.length ?? 0));
  const texts = blocks.map((block) =>
    labels.map((label, row) => [label, ...block.map((cells) => cells[row] ?? '')].join(GAP).trimEnd()).join('\n'),
  );
  const note = 'Test accuracy ± half its 95 % interval; * highest in its column.';
  return `${[...texts, note].join('\n\n')}\n`;
}
