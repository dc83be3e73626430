import type { Command } from 'commander';
import { filterSeries } from '../../deploy/filter-series.js';
import { generatorRun } from '../../deploy/generator-run.js';
import { nodeParts } from '../../node/modules.js';
import { nodeFiles } from '../../platform/node-files.js';
import { readRun } from '../../train/load-run.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import type { Session } from '../session.js';

interface Options extends ScoredOptions {
  readonly input?: string;
  readonly json?: boolean;
}

export function addFilter(program: Command, session: Session): void {
  const command = program
    .command('filter')
    .description(
      'hidden state at every step of every row of a file, and how likely each row is, by a run of task generate',
    )
    .argument('<run>', 'folder of the run')
    .option('--input <file>', 'the same as --data');
  addScoredData(command)
    .option('--json', 'print one JSON document on standard output')
    .action(async (path: string, { input, ...options }: Options) => {
      const run = await readRun(nodeFiles, path, nodeParts(options.trust));
      const generator = generatorRun(run, 'series');
      const keeping = { ...run, settings: { ...run.settings, missing: 'keep' } };
      const table = await loadScoredData(keeping, { ...options, data: input ?? options.data }, nodeFiles);
      const result = filterSeries(generator, table);
      session.progress.done(`filtered ${table.rows} rows of ${table.name}`);
      const lines = result.logLikelihood.map((own, row) => {
        const steps = result.mean[row]!.length;
        return `${String(row + 1).padStart(6)} ${String(steps).padStart(6)} ${own.toFixed(3).padStart(15)} ${(own / steps).toFixed(4).padStart(12)}`;
      });
      session.print(options, result, ['   row  steps  log-likelihood     per step', ...lines].join('\n'));
    });
}
