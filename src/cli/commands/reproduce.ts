import { freemem } from 'node:os';
import type { Command } from 'commander';
import type { ReproduceOptions } from '../../experiments/reproduce.js';
import { studies } from '../../experiments/studies/index.js';
import { startStudyWorker, workersFor } from '../../node/study-workers.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { nodeFiles } from '../../platform/node-files.js';
import { addSharing, type ShareOptions } from '../clusters/options.js';
import { startWorkers } from '../clusters/start.js';
import { flags } from '../clusters/worker.js';
import { addEngine, type EngineOptions, readEngine } from '../engine-options.js';
import type { Session } from '../session.js';
import { studyTable } from '../terminal/table.js';
import { addTimeLimit } from '../time-limit.js';
import { version } from '../version.js';
import { wholeNumber } from '../whole-number.js';
import { recognitionStudy, reproduceRecognition } from './reproduce-recognition.js';

interface Options extends EngineOptions, ShareOptions {
  readonly out?: string;
  readonly seeds?: string;
  readonly dataDir?: string;
  readonly models?: string;
  readonly from?: string[];
  readonly mixBuilds?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
}

export function addReproduce(program: Command, session: Session): void {
  const command = program
    .command('reproduce')
    .description('run a study: several models and seeds, compared under perturbed input, with a report')
    .argument('<study>', 'name of the study, see below')
    .option('--out <folder>', 'folder for results and report, new or empty; studies/NAME unless given')
    .option('--data-dir <folder>', 'folder of the data, for studies whose data are not embedded')
    .option('--seeds <count>', "training seeds; the study's own number unless given")
    .option('--models <ids>', 'of the models of the study, run these alone, as id,id,…')
    .option(
      '--from <file>',
      'take what this result of the same study has, and compute the rest; may be repeated',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('--mix-builds', 'take runs that another build of the engine computed too; the report says so')
    .option('--resume', 'go on with a study that was interrupted');
  command.addHelpText('after', () => `\n${studyList()}`);
  addTimeLimit(addSharing(addEngine(command)))
    .option('--json', 'print the results as one JSON document on standard output')
    .action(async (study: string, options: Options) => {
      session.limitTime(options.timeLimit);
      const out = options.out ?? `studies/${study}`;
      if (study === recognitionStudy) return reproduceRecognition(out, options, session);
      const { findStudy, joinStudy, reproduceStudy } = await import('../../experiments/index.js');
      const planned = findStudy(study);
      if (options.on !== undefined)
        return startWorkers(
          { name: study, out, args: (path) => ['reproduce', study, ...workerFlags(options, path)] },
          options,
          session,
        );
      const { engine, threads } = readEngine(options);
      const request: ReproduceOptions = {
        out,
        files: nodeFiles,
        seeds: options.seeds === undefined ? undefined : wholeNumber('seeds', options.seeds, 1),
        dataDir: options.dataDir,
        models: options.models?.split(',').map((id) => id.trim()),
        from: options.from,
        mixBuilds: options.mixBuilds === true,
        engine,
        threads,
        workers: workersFor(threads, freemem()),
        startWorker: startStudyWorker,
        resume: options.resume === true,
        onProgress: (fraction, label) => session.progress.update(fraction, label),
        signal: session.signal,
        onNote: (line) => session.progress.note(line),
        environment: nodeEnvironment(version),
        table: (measured) => studyTable(measured, process.stdout.columns ?? 80),
      };
      const done = options.join ? await joinStudy(planned, request) : await reproduceStudy(planned, request);
      if (done === null) return session.progress.done('nothing is left to take; others compute the last parts');
      const { result, text, paths } = done;
      session.progress.done(paths.length === 0 ? 'another worker wrote the results' : `wrote ${paths.join(', ')}`);
      session.print(options, result, text.trimEnd());
    });
}

/** What a worker is told besides its folder. */
function workerFlags(options: Options, path: (local: string) => string): string[] {
  return flags({
    ...{ seeds: options.seeds, models: options.models, engine: options.engine, 'mix-builds': options.mixBuilds },
    'data-dir': options.dataDir === undefined ? undefined : path(options.dataDir),
    from: options.from?.map(path),
  });
}

/** Most ids of models that are listed of a study. */
const LISTED = 12;

/** Every study with ids of its models, for `--models`. */
function studyList(): string {
  const lines = [...studies.values()].map(({ name, models, seeds, dataDescription }) => {
    const ids = models.slice(0, LISTED).map(({ id }) => id);
    const more = models.length > LISTED ? ` and ${models.length - LISTED} more` : '';
    return `  ${name}\n    ${dataDescription}\n    ${seeds} seeds of ${ids.join(', ')}${more}`;
  });
  return ['Studies:', ...lines].join('\n');
}
