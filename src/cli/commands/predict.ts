import { type Command, Option } from 'commander';
import { inPieces } from '../../deploy/in-pieces.js';
import { objectiveOf } from '../../filter/index.js';
import { nodeParts } from '../../node/modules.js';
import { nodeFiles } from '../../platform/node-files.js';
import { predictEnsemble } from '../../train/ensemble.js';
import { readRun, temperatureOf } from '../../train/load-run.js';
import { predict } from '../../train/predict.js';
import { forPredictions, rowsOf } from '../../train/predicted-rows.js';
import { taskOf } from '../../train/task-settings.js';
import { addEngine, type EngineOptions, withEngine } from '../engine-options.js';
import { addNoise, type NoiseOptions, readNoise } from '../noise-options.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import { addSampling, type SamplingOptions, sampledAs, takenBy } from '../scored-times.js';
import type { Session } from '../session.js';
import { predictionsCsv, predictionsText } from '../terminal/predictions-text.js';

type Options = EngineOptions &
  ScoredOptions &
  SamplingOptions &
  NoiseOptions & {
    readonly input?: string;
    readonly json?: boolean;
    readonly format?: 'text' | 'csv' | 'json';
    readonly calibrated?: boolean;
    readonly parallelInTime?: boolean;
  };

export function addPredict(program: Command, session: Session): void {
  const command = program
    .command('predict')
    .description('what the run predicts for every row of a file: classes, values, or a class for each step')
    .argument('<run>', 'folder of the run')
    .option('--input <file>', 'the same as --data; - reads standard input');
  addEngine(addNoise(addSampling(addScoredData(command))))
    .option('--calibrated', "probabilities at the run's temperature, fitted on its validation data")
    .option('--parallel-in-time', 'few long sequences in pieces side by side: faster where the state forgets its start')
    .addOption(new Option('--format <format>', 'what is printed').choices(['text', 'csv', 'json']).default('text'))
    .option('--json', 'the same as --format json')
    .action(async (path: string, { input, ...options }: Options) => {
      const noise = readNoise(options);
      const run = sampledAs(await readRun(nodeFiles, path, nodeParts(options.trust)), options);
      const table = takenBy(
        run,
        await loadScoredData(run, { ...options, data: input ?? options.data }, nodeFiles, true),
        session,
      );
      for (const note of table.report?.notes ?? []) session.progress.note(note);
      const task = taskOf(run.settings);
      const temperature = temperatureOf(run, options.calibrated);
      const result = await withEngine(options, session, async (engine) => {
        const { parameters } = run;
        const preprocessing = forPredictions(run, table, options.missing);
        const plain = objectiveOf(run.model, engine);
        const noted = new Set<string>();
        const onNote = (line: string) => {
          if (!noted.has(line)) session.progress.note(line);
          noted.add(line);
        };
        const objective =
          options.parallelInTime === true ? inPieces(plain, { threads: engine.threads, onNote }) : plain;
        const used = { objective, parameters, preprocessing, task, temperature };
        const how = {
          signal: session.signal,
          onProgress: (fraction: number) => session.progress.update(fraction, 'predicting'),
        };
        return noise === null ? predict(used, table, how) : predictEnsemble(used, table, { ...how, ...noise });
      });
      session.progress.done(`predicted ${table.rows} rows of ${table.name}`);
      const json = options.json === true || options.format === 'json';
      const rows = rowsOf(table);
      const text =
        options.format === 'csv' ? predictionsCsv(result, run.preprocessing, rows) : predictionsText(result, rows);
      session.print({ json }, { rows, ...result }, text);
    });
}
