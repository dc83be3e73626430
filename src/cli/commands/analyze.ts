import { type Command, Option } from 'commander';
import { type AnalysisName, type AnalyzeOptions, analyze, type NoiseMode } from '../../analysis/index.js';
import { applyPreprocessing, batchOf } from '../../data/index.js';
import { InputError } from '../../errors.js';
import { isGenerator } from '../../filter/index.js';
import type { Batch } from '../../model/index.js';
import { nodeParts } from '../../node/modules.js';
import { nodeFiles } from '../../platform/node-files.js';
import { createGenerator } from '../../random/index.js';
import { type LoadedRun, readRun } from '../../train/load-run.js';
import { taskOf } from '../../train/task-settings.js';
import { addEngine, type EngineOptions, withEngine } from '../engine-options.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import { addSampling, type SamplingOptions, sampledAs, takenBy } from '../scored-times.js';
import type { Session } from '../session.js';
import { analysisText } from '../terminal/analysis-text.js';
import { addTimeLimit, type TimeLimitOption } from '../time-limit.js';
import { wholeNumber } from '../whole-number.js';

/** Every analysis is a flag of its name; none of them means all but `parallel`. */
const flags: Readonly<Record<AnalysisName, string>> = {
  regularizer: 'what the noise adds to the loss: P, Q, their sum and the first-order shift',
  hessian: 'curvature of the loss: extreme eigenvalues, trace, Frobenius norm, spectral density',
  lyapunov: 'Lyapunov exponents of the hidden state and the Kaplan–Yorke dimension',
  stability: 'bounds on the largest exponent, and what they guarantee',
  parallel: 'iterations of Newton’s method over time: can the network be evaluated in parallel?',
  margins: 'distance of each input from the decision boundary: linearised, certified, by attack',
};

interface Options
  extends EngineOptions,
    ScoredOptions,
    SamplingOptions,
    TimeLimitOption,
    Partial<Record<AnalysisName, boolean>> {
  readonly noise: NoiseMode;
  readonly contributions?: boolean;
  readonly tensors?: string;
  readonly eigenvalues: string;
  readonly exponents?: string;
  readonly tolerance: string;
  readonly iterations?: string;
  readonly length?: string;
  readonly rows: string;
  readonly seed: string;
  readonly json?: boolean;
}

export function addAnalyze(program: Command, session: Session): void {
  const command = program
    .command('analyze')
    .description(
      'regulariser, flatness, stability and margins of a run, each with its error; all of these unless some are named',
    )
    .argument('<run>', 'folder of the run');
  for (const [name, description] of Object.entries(flags)) command.option(`--${name}`, description);
  addTimeLimit(addEngine(addSampling(addScoredData(command))))
    .addOption(
      new Option('--noise <mode>', 'noise of the Hessian and of the Lyapunov exponents')
        .choices(['off', 'frozen', 'sampled'] satisfies NoiseMode[])
        .default('off'),
    )
    .option('--contributions', 'which steps and units carry the regulariser too')
    .option('--tensors <names>', 'Hessian of these tensors alone, such as M_W,U')
    .option('--eigenvalues <count>', 'eigenvalues of the Hessian at each end', '5')
    .option('--exponents <count>', 'Lyapunov exponents, from the largest; 10, or as many as the state has')
    .option('--tolerance <value>', 'of --parallel: largest residual, over the largest state (or 1)', '1e-6')
    .option('--iterations <count>', 'of --parallel: most iterations; as many as there are steps, unless given')
    .option('--length <steps>', 'of --parallel: sequences one after the other up to so many steps')
    .option('--rows <count>', 'analyse so many rows, drawn with the seed, or all', '256')
    .option('--seed <number>', 'seed of rows, noise and probes', '0')
    .option('--json', 'print one JSON document on standard output')
    .action(async (path: string, options: Options) => {
      session.limitTime(options.timeLimit);
      const seed = wholeNumber('seed', options.seed, 0);
      const rows = options.rows === 'all' ? Number.POSITIVE_INFINITY : wholeNumber('rows', options.rows, 1);
      const asked = (Object.keys(flags) as AnalysisName[]).filter((name) => options[name]);
      const run = sampledAs(await readRun(nodeFiles, path, nodeParts(options.trust)), options);
      if (isGenerator(run.model))
        throw new InputError(
          `${path}: was trained for task ${run.settings.task}; what analyze measures is of networks that read their input`,
        );
      const batch = await readBatch(run, options, rows, seed, session);
      const result = await withEngine(options, session, (engine) =>
        analyze(run.model, engine, run.parameters, batch, {
          ...(asked.length === 0 ? {} : { which: asked }),
          noise: options.noise,
          seed,
          ...partsOf(options),
          progress: (name, done, total) => {
            session.signal.throwIfAborted();
            session.progress.update(done / total, name);
          },
        }),
      );
      session.progress.done(`analysed ${batch.rows} rows`);
      session.print(options, result, analysisText(result));
    });
}

/** What is asked of single analyses. */
function partsOf(options: Options): AnalyzeOptions {
  const { contributions = false, tensors, eigenvalues, exponents, tolerance, iterations, length } = options;
  const relative = Number(tolerance);
  if (!(relative > 0)) throw new InputError(`--tolerance is ${tolerance}; expected a number above 0`);
  return {
    parallel: {
      tolerance: relative,
      ...(iterations === undefined ? {} : { most: wholeNumber('iterations', iterations, 1) }),
      ...(length === undefined ? {} : { length: wholeNumber('length', length, 1) }),
    },
    regularizer: { contributions },
    hessian: {
      eigenvalues: wholeNumber('eigenvalues', eigenvalues, 1),
      ...(tensors === undefined ? {} : { tensors: tensors.split(',').map((name) => name.trim()) }),
    },
    lyapunov: exponents === undefined ? {} : { exponents: wholeNumber('exponents', exponents, 1) },
  };
}

async function readBatch(
  run: LoadedRun,
  options: ScoredOptions,
  rows: number,
  seed: number,
  session: Session,
): Promise<Batch> {
  const table = takenBy(run, await loadScoredData(run, options, nodeFiles), session);
  const asked = taskOf(run.settings).tableOf(table, run.settings.readout);
  const data = applyPreprocessing(asked, run.preprocessing);
  // Files are often sorted by class: the first rows would not stand for the others.
  const drawn = createGenerator(seed, 'analysed rows').permutation(data.rows).slice(0, Math.min(rows, data.rows));
  return batchOf(data, drawn.sort());
}
