/** Predictions for people, and as a table for other programs. */
import type { Preprocessing } from '../../data/index.js';
import type { Predictions } from '../../train/predict.js';
import type { PredictedRow } from '../../train/predicted-rows.js';

type Answers = Pick<Predictions, 'labels' | 'probabilities' | 'values'>;

/** A line a row: its file where it is one, then its label, its values, or the labels of its steps. */
export function predictionsText(
  { steps, horizons, ...last }: Omit<Predictions, 'logits'>,
  named: readonly PredictedRow[] = [],
): string {
  const lineOf = ({ labels, values }: Answers, at: number) => labels[at] ?? (values?.[at] ?? []).map(short).join(' ');
  const rows = Math.max(last.labels.length, last.values?.length ?? 0);
  const file = (row: number) => (named[row]?.file ? `${named[row].file}\t` : '');
  return Array.from({ length: rows }, (_, row) => file(row) + answersOf(row)).join('\n');

  function answersOf(row: number): string {
    const own = steps?.[row];
    if (own === undefined) return lineOf(last, row);
    const count = Math.max(own.labels.length, own.values?.length ?? 0);
    return Array.from({ length: count }, (_, step) => lineOf(own, step)).join(own.values === undefined ? ' ' : '; ');
  }
}

/**
 * With a line of names; ids and files where rows have them. Rows and steps count from 1; a forecast has a line for each step ahead, and `horizon` counts them
 * from the row's last step.
 */
export function predictionsCsv(
  predictions: Omit<Predictions, 'logits'>,
  { classes, channels, targets }: Pick<Preprocessing, 'classes' | 'channels' | 'targets'>,
  named: readonly PredictedRow[] = [],
): string {
  const keys = (['id', 'file'] as const).filter((key) => named.some((row) => row[key] !== null));
  const rowOf = (row: number) => [row + 1, ...keys.map((key) => named[row]?.[key] ?? '')];
  const { steps, horizons } = predictions;
  const width = horizons === undefined ? (targets?.width ?? 0) : channels;
  const answers = targets
    ? Array.from({ length: width }, (_, j) => (width === 1 ? 'value' : `value_${j + 1}`))
    : ['label', ...classes.map((label) => `p_${label}`)];
  const place = horizons !== undefined ? ['horizon'] : steps !== undefined ? ['step'] : [];
  const lines: (string | number)[][] = [['row', ...keys, ...place, ...answers]];
  const answerAt = ({ labels, probabilities, values }: Answers, at: number): (string | number)[] =>
    values === undefined ? [labels[at]!, ...probabilities[at]!] : values[at]!;
  const rows = targets ? predictions.values!.length : predictions.labels.length;
  for (let row = 0; row < rows; row++) {
    if (horizons !== undefined)
      for (const [index, horizon] of horizons.entries())
        lines.push([
          ...rowOf(row),
          horizon,
          ...predictions.values![row]!.slice(index * channels, (index + 1) * channels),
        ]);
    else if (steps !== undefined) {
      const own = steps[row]!;
      const count = own.values?.length ?? own.labels.length;
      for (let step = 0; step < count; step++) lines.push([...rowOf(row), step + 1, ...answerAt(own, step)]);
    } else lines.push([...rowOf(row), ...answerAt(predictions, row)]);
  }
  return lines.map((line) => line.map(field).join(',')).join('\n');
}

/** Quoted where it must be (RFC 4180). */
function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const short = (value: number): string => String(Number(value.toPrecision(6)));
