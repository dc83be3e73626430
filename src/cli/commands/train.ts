import type { Command } from 'commander';
import { InputError } from '../../errors.js';
import type { MetricFigure } from '../../metrics/index.js';
import { nodeParts } from '../../node/modules.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { nodeFiles } from '../../platform/node-files.js';
import { settingNames } from '../../train/configuration.js';
import type { FitProgress } from '../../train/fit.js';
import { planRun } from '../../train/plan-run.js';
import type { TrainResult } from '../../train/train-result.js';
import { type RunOptions, resumeRun, trainRun } from '../../train/train-run.js';
import { addOffline, withArchive } from '../archive-data.js';
import { cores, readEngine } from '../engine-options.js';
import { absolutePaths, usualFolder } from '../paths.js';
import type { Session } from '../session.js';
import { addSettings, flagOf, readSettings } from '../settings.js';
import { planText } from '../terminal/plan-text.js';
import { addTimeLimit, type TimeLimitOption } from '../time-limit.js';
import { trustOption } from '../trust-option.js';
import { version } from '../version.js';

type Options = Readonly<Record<string, unknown>> &
  TimeLimitOption & {
    readonly out?: string;
    readonly resume?: string;
    readonly allowOtherEngine?: boolean;
    readonly threads?: string;
    readonly dryRun?: boolean;
    readonly offline?: boolean;
    readonly json?: boolean;
    readonly trust?: boolean;
  };

export function addTrain(program: Command, session: Session): void {
  addTimeLimit(
    addOffline(addSettings(program.command('train').description('train a model; resume an interrupted run'))),
  )
    .option('--out <folder>', 'folder of the run, new or empty; runs/DATA-MODEL-SEED unless given')
    .option('--resume <run>', 'go on with a run, to the numbers it would have had without a break')
    .option('--allow-other-engine', 'resume although another engine build computed so far')
    .addOption(trustOption())
    .option('--dry-run', 'measure a few steps, print the plan and write nothing')
    .option('--json', 'print one JSON document on standard output')
    .action(async (overrides: string[], options: Options) => {
      session.limitTime(options.timeLimit);
      if (options.dryRun) return dryRun(overrides, options, session);
      const result = await (options.resume === undefined
        ? start(overrides, options, session)
        : resume(options.resume, overrides, options, session));
      session.progress.done(`done: ${result.run}`);
      session.print(options, result, describe(result));
    });
}

async function start(overrides: string[], options: Options, session: Session): Promise<TrainResult> {
  const settings = await settingsOf(overrides, options, session);
  return trainRun({ ...common(session, options.trust), settings, out: options.out ?? usualFolder(settings) });
}

async function settingsOf(overrides: string[], options: Options, session: Session) {
  return withArchive(absolutePaths(await readSettings({ options, overrides }, nodeFiles)), options, session);
}

async function dryRun(overrides: string[], options: Options, session: Session): Promise<void> {
  if (options.resume !== undefined)
    throw new InputError('--dry-run plans a new run, and --resume goes on with one: leave one of them out');
  const settings = await settingsOf(overrides, options, session);
  const { onProgress: _, ...others } = common(session, options.trust);
  const plan = await planRun({ ...others, settings, residentBytes: () => process.memoryUsage.rss() });
  session.print(options, plan, planText(plan));
}

async function resume(run: string, overrides: string[], options: Options, session: Session): Promise<TrainResult> {
  const surplus =
    overrides[0] ??
    [...settingNames.filter((name) => name !== 'threads'), 'config', 'out'].find((name) => options[name] !== undefined);
  if (surplus !== undefined) {
    const shown = settingNames.find((name) => name === surplus);
    throw new InputError(
      `a resumed run keeps its own settings: leave out ${shown ? flagOf(shown) : surplus} (only --threads can change)`,
    );
  }
  const threads = options.threads === undefined ? undefined : readEngine(options).threads;
  return resumeRun({ ...common(session, options.trust), run, threads, allowOtherEngine: options.allowOtherEngine });
}

function common(session: Session, trust = false): RunOptions {
  return {
    files: nodeFiles,
    parts: nodeParts(trust),
    cores: cores(),
    environment: nodeEnvironment(version),
    signal: session.signal,
    onNote: (line) => session.progress.note(line),
    onProgress: (progress) => session.progress.update(progress.fraction, label(progress)),
  };
}

function label({ epoch, epochs, trainLoss, best }: FitProgress): string {
  const validation =
    best === null ? '' : `, best validation ${scoreText(best.validationAccuracy, best.validationLoss)}`;
  return `epoch ${epoch}/${epochs}, training loss ${trainLoss.toFixed(4)}${validation}`;
}

/** Values have no accuracy. */
function scoreText(accuracy: number | null, loss: number): string {
  const known = accuracy !== null && !Number.isNaN(accuracy);
  return `${known ? `accuracy ${accuracy.toFixed(4)}, ` : ''}loss ${loss.toFixed(4)}`;
}

/** What else the task measures. */
function metricsText(metrics: Readonly<Record<string, MetricFigure | number>> = {}): string {
  const shown = Object.entries(metrics).flatMap(([name, figure]) => {
    const value = typeof figure === 'number' ? figure : figure?.value;
    const said = name === 'accuracy' || value === null || value === undefined || Number.isNaN(value);
    return said ? [] : [`${name} ${Number(value.toPrecision(4))}`];
  });
  return shown.length === 0 ? '' : `\n              ${shown.join(', ')}`;
}

/** Several targets one by one: their mean hides one that was not learned. */
function targetLines(targets: NonNullable<TrainResult['test']>['targets'] = []): string[] {
  return targets.length < 2
    ? []
    : targets.map(({ name, metrics }) => `  ${name}${metricsText(metrics).replace(/\s+/, '  ')}`);
}

function describe(result: TrainResult): string {
  const { validation, test } = result;
  return [
    `run           ${result.run}`,
    `epochs        ${result.epochs}${result.stoppedEarly ? ' (stopped early)' : ''}, best ${result.bestEpoch}`,
    `validation    ${scoreText(validation.accuracy, validation.loss)}${metricsText(validation.metrics)}`,
    test === null
      ? 'test          no test data'
      : `test          ${scoreText(test.accuracy, test.loss)}, ${test.count} rows${metricsText(test.metrics)}`,
    ...targetLines(test?.targets),
    `parameters    ${result.parameters}`,
    `computed      in ${result.seconds.toFixed(1)} s by engine ${result.engine}, threads: ${result.threads}`,
  ].join('\n');
}
