import { type EngineChoice, openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { renderStudyPage } from '../report/page.js';
import type { StudyResult } from '../result/study.js';
import { closest } from '../spec.js';
import { runStudy, tasksOf } from './run-study.js';
import { studies } from './studies/index.js';
import type { Study } from './study.js';
import { openStudyFolder } from './study-folder.js';

export interface ReproduceOptions {
  /** Folder of the study: missing or empty, unless it is resumed. */
  readonly out: string;
  readonly files: Files;
  /** Folder that holds the study's data, where they are not embedded. */
  readonly dataDir?: string | undefined;
  /** Training seeds; the study's own number unless given. */
  readonly seeds?: number | undefined;
  readonly engine: EngineChoice;
  readonly threads: number;
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
 * Runs a study by name: several models and seeds, scored on clean and perturbed input, to `results.json` and
 * `report.html`.
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
  const near = closest(name, [...studies.keys()]);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  throw new InputError(`unknown study "${name}"; known: ${[...studies.keys()].join(', ')}${hint}`);
}

export async function reproduceStudy(planned: Study, options: ReproduceOptions): Promise<Reproduced> {
  const { dataDir } = options;
  const study = dataDir === undefined ? planned : { ...planned, settings: { ...planned.settings, dataDir } };
  const { out, files, resume, onProgress, onNote, environment = {}, signal } = options;
  const seeds = options.seeds ?? study.seeds;
  // Before anything is written, so that a mistake leaves nothing behind.
  tasksOf(study, seeds);
  const engine = await openEngine(options.engine, options.threads, (reason) =>
    onNote?.(`the WebAssembly engine is not available (${reason}); using the slower reference engine`),
  );
  try {
    const folder = await openStudyFolder(files, out, resume);
    const command = commandOf(study, options);
    const result = await runStudy(study, { engine, files, folder, seeds, command, environment, onProgress, signal });
    onProgress(1, 'writing the report');
    const results = await folder.write('results.json', `${JSON.stringify(result)}\n`);
    const report = await folder.write('report.html', await renderStudyPage(result));
    return { result, text: textOf(result, options.table), paths: [results, report] };
  } finally {
    await engine.close();
  }
}

function textOf(result: StudyResult, table: ReproduceOptions['table']): string {
  const parts = [result.title, table?.(result).trimEnd(), result.answer];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

function commandOf(study: Study, { out, seeds, engine, dataDir }: ReproduceOptions): string {
  const flags = [
    ...(seeds === undefined || seeds === study.seeds ? [] : [`--seeds ${seeds}`]),
    ...(dataDir === undefined ? [] : ['--data-dir DIR']),
    ...(engine === 'auto' ? [] : [`--engine ${engine}`]),
    `--out ${/^[\w./-]+$/.test(out) ? out : `'${out.replaceAll("'", "'\\''")}'`}`,
  ];
  return `noisy-rnn reproduce ${study.name} ${flags.join(' ')}`;
}
