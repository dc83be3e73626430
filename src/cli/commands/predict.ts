import type { Command } from 'commander';
import { createObjective } from '../../model/index.js';
import { resolveNodeCell } from '../../node/resolve-cell.js';
import { nodeFiles } from '../../platform/node-files.js';
import { readRun } from '../../train/load-run.js';
import { predict } from '../../train/predict.js';
import { addEngine, type EngineOptions, withEngine } from '../engine-options.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import type { Session } from '../session.js';

interface Options extends EngineOptions, ScoredOptions {
  readonly input?: string;
  readonly json?: boolean;
}

export function addPredict(program: Command, session: Session): void {
  const command = program
    .command('predict')
    .description('class and logits of every row of a file')
    .argument('<run>', 'folder of the run')
    .option('--input <file>', 'the same as --data');
  addEngine(addScoredData(command))
    .option('--json', 'print one JSON document on standard output')
    .action(async (path: string, { input, ...options }: Options) => {
      const run = await readRun(nodeFiles, path, resolveNodeCell);
      const table = await loadScoredData(run, { ...options, data: input ?? options.data }, nodeFiles);
      const result = await withEngine(options, session, (engine) =>
        predict(
          {
            objective: createObjective(run.model, engine),
            parameters: run.parameters,
            preprocessing: run.preprocessing,
          },
          table,
          {
            signal: session.signal,
            onProgress: (fraction) => session.progress.update(fraction, 'predicting'),
          },
        ),
      );
      session.progress.done(`predicted ${table.rows} rows of ${table.name}`);
      session.print(options, result, result.labels.join('\n'));
    });
}
