/** Trains one arm of a sweep from one seed to the end of a rung, and keeps its validation score: test data are not read. */
import type { GivenConfiguration } from '../../train/index.js';
import { RunFolder, TrainingError, trainUntil } from '../../train/index.js';
import { decodeState } from '../../train/run-state.js';
import { meritOf } from '../../train/selection.js';
import { complete, type Printable, printable } from '../identity.js';
import { canGoOn, type TrainingContext } from '../trained-run.js';

/** Plain data, so that another thread may compute it. */
export interface RungTask {
  readonly arm: number;
  readonly rung: number;
  readonly label: string;
  /** Seed included. */
  readonly settings: GivenConfiguration;
  /** Folder of the run, which all rungs of the arm and seed share. */
  readonly run: string;
  /** The epoch that the rung ends with. */
  readonly until: number;
}

export interface RungResult {
  readonly format: 'noisy-rnn/sweep-rung';
  readonly version: 1;
  readonly arm: number;
  readonly rung: number;
  readonly seed: number;
  readonly settings: Printable;
  readonly build: string;
  /** Trained so far. */
  readonly epochs: number;
  /** What selects the epoch, the higher the better; of the best epoch so far. Null where training diverged. */
  readonly merit: number | null;
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly bestEpoch: number | null;
  /** Of this rung. */
  readonly seconds: number;
}

export async function runRung(task: RungTask, context: TrainingContext): Promise<RungResult> {
  const { engine, choice, files, onProgress, signal } = context;
  const started = performance.now();
  const settings = complete(task.settings);
  const shared = { engine: choice, threads: engine.threads };
  const about = {
    ...({ format: 'noisy-rnn/sweep-rung', version: 1, arm: task.arm, rung: task.rung, seed: settings.seed } as const),
    ...{ settings: printable(settings), build: engine.build },
  };
  await canGoOn(task.run, settings, engine.build, files);
  try {
    await trainUntil(
      {
        ...{ files, signal, out: task.run, run: task.run, threads: engine.threads, cores: engine.threads },
        settings: { ...settings, ...shared },
        onProgress: ({ epoch, fraction }) =>
          onProgress(
            Math.min(1, (fraction * settings.epochs) / task.until),
            `${task.label}: epoch ${epoch} of ${task.until}`,
          ),
      },
      task.until,
    );
  } catch (error) {
    // An arm that diverges has lost; the sweep goes on.
    if (!(error instanceof TrainingError)) throw error;
    const nothing = { merit: null, accuracy: null, loss: null, bestEpoch: null };
    return { ...about, epochs: await epochsOf(task.run, context), ...nothing, seconds: secondsSince(started) };
  }
  const folder = await RunFolder.open(files, task.run);
  const { position } = decodeState((await folder.readCheckpoint('last'))!);
  const best = position.best!;
  return {
    ...about,
    epochs: position.epoch,
    merit: finite(meritOf(best, settings.selection)),
    accuracy: finite(best.validationAccuracy),
    loss: finite(best.validationLoss),
    bestEpoch: best.epoch,
    seconds: secondsSince(started),
  };
}

async function epochsOf(run: string, { files }: Pick<TrainingContext, 'files'>): Promise<number> {
  return (await (await RunFolder.open(files, run)).readMetrics()).length;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
