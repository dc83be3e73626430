import type { Command } from 'commander';
import { generatorRun } from '../../deploy/generator-run.js';
import { type Recognised, recognise } from '../../deploy/recognise.js';
import { InputError } from '../../errors.js';
import { nodeParts } from '../../node/modules.js';
import { nodeFiles } from '../../platform/node-files.js';
import { readRun } from '../../train/load-run.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import type { Session } from '../session.js';

interface Options extends ScoredOptions {
  readonly input?: string;
  readonly confidence?: string;
  readonly reject?: string;
  readonly json?: boolean;
}

export function addRecognise(program: Command, session: Session): void {
  const command = program
    .command('recognise')
    .description('class of every row of a file at every step, by the generators of a run of task recognise')
    .argument('<run>', 'folder of the run')
    .option('--input <file>', 'the same as --data');
  addScoredData(command)
    .option('--confidence <probability>', 'posterior from which a decision is made; 0.95 unless given')
    .option(
      '--reject <probability>',
      'none of these, if a right generator would fit so badly less often; 1e-6 unless given, 0 never',
    )
    .option('--json', 'print one JSON document on standard output')
    .action(async (path: string, { input, ...options }: Options) => {
      const how = {
        confidence: numberOf('confidence', options.confidence),
        reject: numberOf('reject', options.reject),
      };
      const run = await readRun(nodeFiles, path, nodeParts(options.trust));
      const generators = generatorRun(run, 'classes');
      const keeping = { ...run, settings: { ...run.settings, missing: 'keep' } };
      const table = await loadScoredData(keeping, { ...options, data: input ?? options.data }, nodeFiles);
      const result = recognise(generators, table, how);
      session.progress.done(`recognised ${table.rows} rows of ${table.name}`);
      session.print(options, result, textOf(result));
    });
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InputError(`--${name}: got "${text}", expected a number`);
  return value;
}

function textOf({ decision, nis, classes }: Recognised): string {
  const lines = decision.map(({ label, step, confidence }, row) => {
    const shown = label ?? 'none of these';
    const when = step === null ? 'undecided' : `step ${step}`;
    const fits = nis[row]!.map((own) => own.toFixed(2)).join(' ');
    return `${String(row + 1).padStart(6)}  ${shown.padEnd(16)} ${when.padEnd(12)} ${confidence.toFixed(4)}  ${fits}`;
  });
  return [`   row  class            decided      posterior  NIS of ${classes.join(', ')}`, ...lines].join('\n');
}
