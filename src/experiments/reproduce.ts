import { loadSplits, loadTest } from '../data/index.js';
import type { EngineChoice } from '../engine/open-engine.js';
import { HeldError, InputError } from '../errors.js';
import { holderText, isClaim } from '../platform/claims.js';
import type { Files } from '../platform/files.js';
import { parseStored, timeless } from '../result/stored.js';
import type { StudyResult } from '../result/study.js';
import { closest } from '../spec.js';
import { TrainingError } from '../train/index.js';
import { type Earlier, readEarlier } from './from.js';
import { complete } from './identity.js';
import { settingsOf } from './run-part.js';
import { roundsOf, trialsOf } from './search.js';
import { studies } from './studies/index.js';
import type { Study } from './study.js';
import { expectedPieces, type StudySources, type StudyStage, studyAgenda } from './study-agenda.js';
import { openStudyFolder, type StudyFolder } from './study-folder.js';
import { studyResult } from './study-result.js';
import { type Board, type Failure, openBoard } from './work/board.js';
import { createCrew } from './work/crew.js';
import { type WorkedOff, workOff } from './work/work-off.js';
import type { StartWorker } from './workers.js';
import { resultFiles } from './write-report.js';

export interface ReproduceOptions {
  /** Folder of the study: missing or empty, unless it is resumed or joined. */
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

/** @throws as `reproduce`; HeldError if another process runs the study in this folder. */
export async function reproduceStudy(planned: Study, options: ReproduceOptions): Promise<Reproduced> {
  return inStudy(planned, options, options.resume, async (study) => {
    const claim = await study.board.take('study', 'the whole study');
    if (!isClaim(claim))
      throw new HeldError(
        `${options.out} is being worked on (${holderText(claim)}); wait for it, or work on it together (--join)`,
      );
    try {
      return await written(study, await work(study, false));
    } finally {
      await claim.release();
    }
  });
}

/**
 * Works on a study together with others: any number of processes, on any machines that share the folder. Each takes what
 * is neither done nor claimed; a part that failed twice is left.
 * @returns null if others are still computing the last parts, and two of them wait.
 * @throws as `reproduce`; TrainingError naming the parts that failed twice.
 */
export async function joinStudy(planned: Study, options: ReproduceOptions): Promise<Reproduced | null> {
  return inStudy(planned, options, true, async (study) => {
    const worked = await work(study, true);
    if (worked.ended === 'others') return null;
    return written(study, worked);
  });
}

/** What a process that works on a study has at hand. */
interface Sitting {
  readonly options: ReproduceOptions;
  readonly planned: Study;
  readonly seeds: number;
  readonly folder: StudyFolder;
  readonly board: Board;
  readonly crew: ReturnType<typeof createCrew>;
  readonly engine: { readonly name: string; readonly build: string };
  readonly earlier: readonly Earlier[];
  readonly command: string;
  readonly started: number;
}

async function inStudy<Result>(
  given: Study,
  options: ReproduceOptions,
  mayExist: boolean,
  use: (sitting: Sitting) => Promise<Result>,
): Promise<Result> {
  const { out, files, from = [] } = options;
  const started = performance.now();
  const planned = asked(given, options);
  const seeds = options.seeds ?? planned.seeds;
  // Before anything is written, so that a mistake leaves nothing behind.
  checkStudy(planned, seeds);
  const earlier = await Promise.all(from.map((path) => readEarlier(files, path, planned.name)));
  await checkData(planned, files);
  const crew = createCrew(options);
  const engine = await crew.tryEngine();
  const folder = await openStudyFolder(files, out, mayExist);
  const board = await openBoard(files, out);
  if (options.mixBuilds !== true) await board.agreeOn(engine.build);
  const command = commandOf(given, options);
  try {
    return await use({ options, planned, seeds, folder, board, crew, engine, earlier, command, started });
  } finally {
    await crew.close();
  }
}

async function work(sitting: Sitting, join: boolean): Promise<WorkedOff<StudyStage>> {
  const { options, planned, seeds, folder, board, crew, engine, earlier, command } = sitting;
  const { onProgress, onNote, signal } = options;
  const outdated = new Map<string, string>();
  const sources: StudySources = {
    ...{ folder, earlier, seeds },
    allow: (build, label) => allow(build, label, engine.build, options.mixBuilds === true),
    onOutdated: (label, unlike) => outdated.set(label, `${label}: ${unlike.join('; ')}`),
  };
  const workers = async () => {
    if (outdated.size > 0) onNote?.(outdatedText([...outdated.values()]));
    return crew.workers();
  };
  const about = { name: planned.name, command };
  const expected = expectedPieces(planned, sources);
  return workOff(studyAgenda(planned, sources), {
    ...{ board, workers, about, expected, join, onProgress, onNote, signal },
    seemsGiven: (piece) =>
      piece.kind === 'part' &&
      earlier.some((result) => result.part(piece.task.model.id, piece.task.seed) !== undefined),
  });
}

/** Puts the result together and writes it, unless another has. */
async function written(sitting: Sitting, { stage, found, ended, failures }: WorkedOff<StudyStage>) {
  const { options, seeds, folder, board, engine, command } = sitting;
  const { environment = {}, onProgress, files, out } = options;
  if (ended === 'failed') throw new TrainingError(failedText(failures, out));
  const computed = sitting.crew.started()
    ? null
    : `all ${stage.pieces.length} runs are there already; nothing is computed`;
  if (computed !== null) options.onNote?.(computed);
  const facts = { ...environment, engine: engine.name, threads: options.threads, build: engine.build };
  const seconds = computed === null ? 0 : (performance.now() - sitting.started) / 1000;
  const result = studyResult(stage, found, { seeds, command, environment: facts, seconds });
  onProgress(1, 'writing the report');
  const paths: string[] = [];
  const claim = await board.take('results', 'the report');
  if (isClaim(claim))
    try {
      const same = await isWritten(files, files.join(out, 'results.json'), result);
      for (const [file, content] of same ? [] : await resultFiles(result))
        paths.push(await folder.write(file, content));
      await board.tidy();
    } finally {
      await claim.release();
    }
  return { result, text: textOf(result, options.table), paths };
}

/** Whether the same result, of the same command, is there already. */
async function isWritten(files: Files, path: string, result: StudyResult): Promise<boolean> {
  if (
    (await files.kind(path)) !== 'file' ||
    (await files.kind(path.replace(/results\.json$/, 'report.html'))) !== 'file'
  )
    return false;
  const there = parseStored(new TextDecoder().decode(await files.read(path))) as StudyResult;
  return JSON.stringify(timeless(there)) === JSON.stringify(timeless(result)) && there.command === result.command;
}

/** Checks what can be checked before anything is computed. @throws InputError for bad settings. */
function checkStudy(study: Study, seeds: number): void {
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new InputError(`training seeds: got ${seeds}, expected a whole number, 1 or more`);
  for (const model of study.models) settingsOf({ study, model, seed: 1 });
  for (const search of roundsOf(study).flat())
    for (const candidate of search.candidates)
      for (const { settings } of trialsOf(study, search, candidate)) complete(settings);
}

/** @throws InputError if it is of another build and that was not allowed. */
function allow(build: string, label: string, own: string, mixed: boolean): void {
  if (build === own || mixed) return;
  throw new InputError(
    `${label} was computed by engine build ${build}, and this is ${own}: its numbers are another draw of the same ` +
      'experiment. Use the same engine, or take both (--mix-builds; the report then says so)',
  );
}

function outdatedText(outdated: readonly string[]): string {
  const [one, many] = outdated.length === 1 ? ['is', ''] : ['are', '; …'];
  return (
    `${outdated.length} of the runs in --from ${one} of other settings and computed anew ` + `(${outdated[0]}${many})`
  );
}

function failedText(failures: readonly Failure[], out: string): string {
  const each = failures.map(({ piece, error }) => `  ${piece}: ${error}`).join('\n');
  return (
    `failed twice and left, so that there is no result yet:\n${each}\n` +
    `All else is done. Once what was wrong is mended, "noisy-rnn retry ${out}" has them tried again.`
  );
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
