import type { StreamHorizon } from '../analysis/horizon/index.js';
import type { MetricFigure, Temperature } from '../metrics/index.js';
import type { TargetFigures } from './answers.js';

/** Kept in `result.json`. */
export interface TrainResult {
  readonly run: string;
  /** Epochs trained. */
  readonly epochs: number;
  /** Whether nothing improved for as long as `patience` says, before the last epoch asked for. */
  readonly stoppedEarly: boolean;
  /** From 1. */
  readonly bestEpoch: number;
  /** Of the best epoch. */
  readonly validation: {
    /** NaN (null in the file) where values are predicted. */
    readonly accuracy: number;
    readonly loss: number;
    readonly metrics: Readonly<Record<string, number>>;
  };
  /** Of the best epoch's weights; null where the data have no test part. */
  readonly test: {
    readonly accuracy: number;
    readonly loss: number;
    readonly count: number;
    readonly metrics: Readonly<Record<string, MetricFigure>>;
    /** Of a regression: the metrics of each number predicted. */
    readonly targets?: readonly TargetFigures[];
  } | null;
  /** By what logits are divided to be calibrated; null where values are predicted. */
  readonly temperature: Temperature | null;
  /** For how long an endless stream can be trusted; null for a model that follows none, absent in runs of before. */
  readonly stream?: StreamHorizon | null;
  /** Wall clock, over all sittings. */
  readonly seconds: number;
  readonly engine: string;
  readonly threads: number;
  /** Number of scalar parameters. */
  readonly parameters: number;
}
