import type { Command } from 'commander';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { nodeFiles } from '../../platform/node-files.js';
import { addEngine, type EngineOptions, readEngine } from '../engine-options.js';
import type { Session } from '../session.js';
import { studyTable } from '../terminal/table.js';
import { version } from '../version.js';
import { wholeNumber } from '../whole-number.js';

interface Options extends EngineOptions {
  readonly out?: string;
  readonly seeds?: string;
  readonly dataDir?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

export function addReproduce(program: Command, session: Session): void {
  const command = program
    .command('reproduce')
    .description('run a study: several models and seeds, compared under perturbed input, with a report')
    .argument('<study>', 'quick: embedded data, 3 models × 3 seeds; ecg: ECG5000, 9 models × 10 seeds')
    .option('--out <folder>', 'folder for results and report, new or empty; studies/NAME unless given')
    .option('--data-dir <folder>', 'folder of the data, for studies whose data are not embedded')
    .option('--seeds <count>', "training seeds; the study's own number unless given")
    .option('--resume', 'go on with a study that was interrupted');
  addEngine(command)
    .option('--json', 'print the results as one JSON document on standard output')
    .action(async (study: string, options: Options) => {
      const { engine, threads } = readEngine(options);
      const seeds = options.seeds === undefined ? undefined : wholeNumber('seeds', options.seeds, 1);
      const { reproduce } = await import('../../experiments/index.js');
      const { result, text, paths } = await reproduce(study, {
        out: options.out ?? `studies/${study}`,
        files: nodeFiles,
        ...(seeds === undefined ? {} : { seeds }),
        dataDir: options.dataDir,
        engine,
        threads,
        resume: options.resume === true,
        onProgress: (fraction, label) => session.progress.update(fraction, label),
        signal: session.signal,
        onNote: (line) => session.progress.note(line),
        environment: nodeEnvironment(version),
        table: (measured) => studyTable(measured, process.stdout.columns ?? 80),
      });
      session.progress.done(`wrote ${paths.join(', ')}`);
      session.print(options, result, text.trimEnd());
    });
}
