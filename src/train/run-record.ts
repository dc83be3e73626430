/** Everything a run's folder tells without its weights: what lists, comparisons and the model card are made of. */
import { type AccuracyInterval, type MetricFigure, wilsonInterval } from '../metrics/index.js';
import type { Files } from '../platform/files.js';
import { type RunDocument, readRunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';
import type { MetricsRecord } from './run-metrics.js';
import { readTestRows, type TestRows } from './test-rows.js';
import type { TrainResult } from './train-result.js';

export interface RunRecord {
  readonly path: string;
  readonly document: RunDocument;
  /** Versions, machine, sizes of the data and when it was begun: whatever was known then. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly epochs: readonly MetricsRecord[];
  /** Null while the run is not finished, and for an imported one. */
  readonly result: TrainResult | null;
  readonly testRows: TestRows | null;
}

/** @throws InputError if the folder is no run, or a file in it is damaged. */
export async function readRecord(files: Files, path: string): Promise<RunRecord> {
  const folder = await RunFolder.open(files, path);
  const [config, environment, epochs, result, rows] = [
    await folder.readConfig(),
    await folder.readEnvironment(),
    await folder.readMetrics(),
    await folder.readResult(),
    await folder.readTestRows(),
  ];
  return {
    path,
    document: readRunDocument(config, path),
    environment: typeof environment === 'object' && environment !== null ? { ...environment } : {},
    epochs,
    result: (result ?? null) as TrainResult | null,
    testRows: rows === undefined ? null : readTestRows(rows, path),
  };
}

/** A number of a part of the data, with its 95 % interval where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

type Scores = NonNullable<TrainResult['test']> | TrainResult['validation'];

/** What was measured of a part, the loss last. */
export function figuresOf(scores: Scores): Figure[] {
  const { metrics } = scores as { metrics?: Readonly<Record<string, MetricFigure | number>> };
  const count = 'count' in scores ? scores.count : undefined;
  const found =
    metrics === undefined ? [accuracyFigure(scores.accuracy, count)] : Object.entries(metrics).map(metricFigure);
  return [...found, { name: 'loss', value: scores.loss, low: null, high: null }].filter(
    (figure): figure is Figure => figure !== null,
  );
}

function accuracyFigure(accuracy: number, count: number | undefined): Figure {
  const interval: AccuracyInterval | null = count === undefined ? null : wilsonInterval(accuracy, count);
  return { name: 'accuracy', value: accuracy, low: interval?.low ?? null, high: interval?.high ?? null };
}

function metricFigure([name, figure]: [string, MetricFigure | number]): Figure | null {
  if (typeof figure === 'number') return { name, value: figure, low: null, high: null };
  return figure.value === null ? null : { name, value: figure.value, low: figure.low, high: figure.high };
}
