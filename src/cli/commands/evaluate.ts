import type { Command } from 'commander';
import { createObjective } from '../../model/index.js';
import { resolveNodeCell } from '../../node/resolve-cell.js';
import { parsePerturbation, perturbations } from '../../perturb/index.js';
import { nodeFiles } from '../../platform/node-files.js';
import { type Evaluation, evaluate } from '../../train/evaluate.js';
import { loadRun } from '../../train/load-run.js';
import { preprocessingFor } from '../../train/run-document.js';
import { addEngine, type EngineOptions, withEngine } from '../engine-options.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import type { Session } from '../session.js';

interface Options extends EngineOptions, ScoredOptions {
  readonly perturb: string[];
  readonly seeds?: string;
  readonly json?: boolean;
}

export function addEvaluate(program: Command, session: Session): void {
  const command = program
    .command('evaluate')
    .description('accuracy of a run on clean and on perturbed test data')
    .argument('<run>', 'folder of the run')
    .option(
      '--perturb <kind=strengths>',
      `perturbation and its strengths, e.g. white=0,0.1,0.2; may be repeated; kinds: ${[...perturbations.keys()].join(', ')}`,
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option('--seeds <count>', 'perturbations drawn of each kind and strength; 5 unless given');
  addEngine(addScoredData(command))
    .option('--json', 'print one JSON document on standard output')
    .action(async (path: string, options: Options) => {
      const requests = options.perturb.map(parsePerturbation);
      const run = await loadRun(nodeFiles, path, resolveNodeCell);
      const table = await loadScoredData(run, options, nodeFiles);
      const result = await withEngine(options, session, (engine) =>
        evaluate({
          objective: createObjective(run.model, engine),
          parameters: run.parameters,
          preprocessing: preprocessingFor(run.preprocessing, table),
          table,
          perturbations: requests,
          seeds: options.seeds === undefined ? undefined : Number(options.seeds),
          signal: session.signal,
          onProgress: (fraction, label) => session.progress.update(fraction, label),
        }),
      );
      session.progress.done(`evaluated ${result.clean.count} rows of ${table.name}`);
      session.print(options, result, describe(result));
    });
}

function describe({ clean, perturbations: results }: Evaluation): string {
  const rows = [{ kind: 'clean', strength: '', ...clean }, ...results];
  const lines = rows.map(({ kind, strength, accuracy, low, high }) => {
    const interval = `[${low.toFixed(4)}, ${high.toFixed(4)}]`;
    return `${kind.padEnd(12)} ${String(strength).padStart(8)}  ${accuracy.toFixed(4)}  ${interval}`;
  });
  return ['perturbation strength  accuracy 95 % interval', ...lines, `clean loss ${clean.loss.toFixed(4)}`].join('\n');
}
