import { loadSplits, loadTest } from '../data/index.js';
import { type EngineChoice, openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { StudyResult } from '../result/study.js';
import { closest } from '../spec.js';
import { readEarlier } from './from.js';
import { complete } from './identity.js';
import { checkStudy, runStudy } from './run-study.js';
import { studies } from './studies/index.js';
import type { Study } from './study.js';
import { openStudyFolder } from './study-folder.js';
import { localWorker, type StartWorker, type StudyWorker } from './workers.js';
import { resultFiles } from './write-report.js';

export interface ReproduceOptions {
  /** Folder of the study: missing or empty, unless it is resumed. */
  readonly out: string;
  readonly files: Files;
  /** Folder that holds the study's data, where they are not embedded. */
  readonly dataDir?: string | undefined;
  /** Training seeds; the study's own number unless given. */
  readonly seeds?: number | undefined;
  /** Ids of the models to run; all unless given. */
  readonly models?: readonly string[] | undefined;
  /** Results of earlier sittings, whose runs are taken over. */
  readonly from?: readonly string[] | undefined;
  /** Take runs of other engine builds too; refused unless given. */
  readonly mixBuilds?: boolean | undefined;
  readonly engine: EngineChoice;
  /** Over all workers. */
  readonly threads: number;
  /** Workers that compute parts at once; one unless given. */
  readonly workers?: number | undefined;
  /** Starts one; on this thread unless given. */
  readonly startWorker?: StartWorker | undefined;
  /** Go on with a study that was interrupted: finished runs are not computed again. */
  readonly resume: boolean;
  readonly onProgress: (fraction: number, label: string) => void;
  /** Told what a user should know, such as that another engine had to be taken. */
  readonly onNote?: ((line: string) => void) | undefined;
  /** Lays out the accuracies for the text; the text is without a table unless given. */
  readonly table?: ((result: StudyResult) => string) | undefined;
  /** Versions and machine, kept in the result for the record. */
  readonly environment?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Reproduced {
  readonly result: StudyResult;
  /** For a terminal: title, table and answer. */
  readonly text: string;
  /** What was written. */
  readonly paths: string[];
}

/**
 * Runs a study by name: several models and seeds, scored on clean and perturbed input, to `results.json`, `report.html`
 * and the tables in other formats.
 * @throws InputError for an unknown study, or a folder that is taken.
 * @throws TrainingError if a run diverges. @throws InterruptedError once the signal is aborted; it can be resumed.
 */
export async function reproduce(name: string, options: ReproduceOptions): Promise<Reproduced> {
  return reproduceStudy(findStudy(name), options);
}

/** @throws InputError listing the studies, for one there is none of. */
export function findStudy(name: string): Study {
  const found = studies.get(name);
  if (found !== undefined) return found;
  throw new InputError(
    `unknown study "${name}"; known: ${[...studies.keys()].join(', ')}${hint(name, [...studies.keys()])}`,
  );
}

export async function reproduceStudy(planned: Study, options: ReproduceOptions): Promise<Reproduced> {
  const { out, files, resume, onProgress, onNote, environment = {}, signal, from = [] } = options;
  const study = asked(planned, options);
  const seeds = options.seeds ?? study.seeds;
  // Before anything is written, so that a mistake leaves nothing behind.
  checkStudy(study, seeds);
  const earlier = await Promise.all(from.map((path) => readEarlier(files, path, study.name)));
  await checkData(study, files);
  const { name, build } = await tryEngine(options);
  const folder = await openStudyFolder(files, out, resume);
  const started: StudyWorker[] = [];
  const count = Math.max(1, Math.min(options.workers ?? 1, options.threads));
  const workers = async () => {
    const start = options.startWorker ?? localWorker(files);
    while (started.length < count)
      started.push(await start({ choice: name, threads: Math.floor(options.threads / count), signal }));
    return started;
  };
  try {
    const context = { build, workers, folder, earlier, mixBuilds: options.mixBuilds === true, seeds };
    const facts = { ...environment, engine: name, threads: options.threads };
    const result = await runStudy(study, {
      ...{ ...context, command: commandOf(planned, options), environment: facts, onProgress, onNote, signal },
    });
    onProgress(1, 'writing the report');
    const paths: string[] = [];
    for (const [file, content] of await resultFiles(result)) paths.push(await folder.write(file, content));
    return { result, text: textOf(result, options.table), paths };
  } finally {
    await Promise.all(started.map((worker) => worker.close()));
  }

  /** The engine that will be had, and its build. */
  async function tryEngine({ engine: choice }: ReproduceOptions) {
    const engine = await openEngine(choice, 1, (reason) =>
      onNote?.(`the fast engine is not available (${reason}); using the slower reference engine`),
    );
    await engine.close();
    return engine;
  }
}

/** The study with the models and the data asked for. @throws InputError for a model that it does not have. */
function asked(study: Study, { models, dataDir }: ReproduceOptions): Study {
  const ids = study.models.map(({ id }) => id);
  const unknown = models?.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new InputError(
      `study ${study.name} has no model "${unknown}"; it has ${ids.join(', ')}${hint(unknown, ids)}`,
    );
  return {
    ...study,
    settings: dataDir === undefined ? study.settings : { ...study.settings, dataDir },
    models: study.models.filter(({ id }) => models === undefined || models.includes(id)),
  };
}

/** @throws InputError if the data cannot be read, or have no test data. */
async function checkData({ name, settings: given }: Study, files: Files): Promise<void> {
  const { data, dataDir, seed, limitTrain } = complete(given);
  const request = { name: data, dataDir, files };
  await loadSplits({ ...request, seed, limitTrain });
  if ((await loadTest(request)) === null)
    throw new InputError(`${data} has no test data, and the study ${name} needs them; add them`);
}

function hint(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function textOf(result: StudyResult, table: ReproduceOptions['table']): string {
  const parts = [result.title, table?.(result).trimEnd(), result.answer];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

function commandOf(study: Study, { out, seeds, models, engine, dataDir }: ReproduceOptions): string {
  const flags = [
    ...(seeds === undefined || seeds === study.seeds ? [] : [`--seeds ${seeds}`]),
    ...(models === undefined ? [] : [`--models ${models.join(',')}`]),
    ...(dataDir === undefined ? [] : ['--data-dir DIR']),
    ...(engine === 'auto' ? [] : [`--engine ${engine}`]),
    `--out ${/^[\w./-]+$/.test(out) ? out : `'${out.replaceAll("'", "'\\''")}'`}`,
  ];
  return `noisy-rnn reproduce ${study.name} ${flags.join(' ')}`;
}
