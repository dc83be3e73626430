/**
 * What a study has to compute: round by round the trials of its searches, then the parts of the study with what they have
 * chosen. A pure function of what is done, so that every worker comes to the same.
 */
import type { StudySearch } from '../result/study.js';
import type { Earlier } from './from.js';
import { complete, differences, printable, protocolOf } from './identity.js';
import type { Part, Trial } from './part.js';
import { type PartTask, settingsOf, workOf } from './run-part.js';
import type { TrialTask } from './run-trial.js';
import { choose, roundsOf, trialsOf, withChosen, withDose } from './search.js';
import type { Search, Study } from './study.js';
import type { StudyFolder } from './study-folder.js';
import { type Agenda, keyOf, type Outcome, type Piece, type Stage } from './work/piece.js';

export interface StudyStage extends Stage {
  /** With what was chosen so far. */
  readonly study: Study;
  readonly searches: readonly StudySearch[];
  /** Of the last stage: which model is which level of the noise. */
  readonly levels: readonly { readonly level: number; readonly model: string }[];
}

export interface StudySources {
  readonly folder: StudyFolder;
  /** Results of earlier sittings; the first that has a piece gives it. */
  readonly earlier: readonly Earlier[];
  /** Training seeds 1 to this number. */
  readonly seeds: number;
  /** Refuses what was computed by another engine build, unless that is allowed. */
  readonly allow: (build: string, label: string) => void;
  /** Told why a run of an earlier result is not taken. */
  readonly onOutdated: (label: string, unlike: readonly string[]) => void;
}

export function studyAgenda(planned: Study, sources: StudySources): Agenda<StudyStage> {
  return {
    stage: (found) => stageOf(planned, sources, found),
    async read(piece, stored) {
      if (piece.kind === 'trial') return readTrial(piece, piece.task, stored, sources);
      if (piece.kind === 'part') return readPart(piece, piece.task, stored, sources);
      return undefined;
    },
    write: ({ name }, outcome) =>
      'run' in outcome ? sources.folder.writePart(outcome) : sources.folder.writeTrial(name, outcome as Trial),
  };
}

function stageOf(planned: Study, sources: StudySources, found: ReadonlyMap<string, Outcome>): StudyStage {
  const searches: StudySearch[] = [];
  let study = planned;
  for (const round of roundsOf(planned)) {
    const pieces = round.flatMap((search) => trialPieces(study, search));
    if (!pieces.every((piece) => found.has(keyOf(piece)))) return { pieces, last: false, study, searches, levels: [] };
    for (const search of round) {
      const trials = search.candidates.map((_, candidate) =>
        candidatePieces(study, search, candidate).map((piece) => found.get(keyOf(piece)) as Trial),
      );
      searches.push(choose(study, search, trials, searches));
    }
    study = withChosen(study, round, searches);
  }
  const { study: dosed, levels } = withDose(study);
  return { pieces: partPieces(dosed, sources), last: true, study: dosed, searches, levels };
}

/**
 * All pieces, as far as they can be told before anything is done: which settings they have to be of is known once the
 * searches are, and what is chosen may make a level of the noise a model that is there.
 */
export function expectedPieces(planned: Study, sources: Pick<StudySources, 'folder' | 'seeds'>): Piece[] {
  const trials = roundsOf(planned).flatMap((round) => round.flatMap((search) => trialPieces(planned, search)));
  return [...trials, ...partPieces(withDose(planned).study, sources)];
}

function trialPieces(study: Study, search: Search): Piece[] {
  return search.candidates.flatMap((_, candidate) => candidatePieces(study, search, candidate));
}

function candidatePieces(study: Study, search: Search, candidate: number): Piece[] {
  return trialsOf(study, search, search.candidates[candidate]!).map((task) => ({
    ...{ kind: 'trial' as const, task, label: task.label, work: complete(task.settings).epochs },
    name: `${search.id}-${candidate}-seed${task.settings.seed}`,
  }));
}

/** Seed by seed, so that what is there early is of every model. */
export function partPieces(study: Study, { seeds, folder }: Pick<StudySources, 'seeds' | 'folder'>): Piece[] {
  return range(seeds).flatMap((seed) =>
    study.models.map((model) => {
      const [run, stages] = [folder.runPath(model.id, seed), folder.stagePath(model.id, seed)];
      const task: PartTask = { study, model, seed, run, stages };
      const name = `${model.id}-seed${seed}`;
      return { kind: 'part' as const, task, name, label: `${model.id}, seed ${seed}`, work: workOf(task) };
    }),
  );
}

async function readTrial(
  { name, label }: Piece,
  { settings: given }: TrialTask,
  stored: boolean,
  { folder, earlier, allow }: StudySources,
): Promise<Trial | undefined> {
  // Asked again and again, of all that is not there yet.
  if (!stored && earlier.length === 0) return undefined;
  const settings = printable(complete(given));
  const own = stored ? await folder.readTrial(name, settings) : undefined;
  const known = own ?? earlier.map((each) => each.trial(settings, given.seed ?? 0)).find((each) => each !== undefined);
  if (known !== undefined) allow(known.build, label);
  return known;
}

async function readPart(
  { label }: Piece,
  task: PartTask,
  stored: boolean,
  { folder, earlier, allow, onOutdated }: StudySources,
): Promise<Part | undefined> {
  if (!stored && earlier.length === 0) return undefined;
  const settings = printable(settingsOf(task));
  const protocol = protocolOf(task.study);
  const own = stored ? await folder.readPart(task.model.id, task.seed, settings, protocol) : undefined;
  const { known, unlike } = own === undefined ? fromEarlier(earlier, task, settings, protocol) : { known: own };
  if (known !== undefined) allow(known.run.build, label);
  else if (unlike !== undefined) onOutdated(label, unlike);
  return known;
}

/** The part of the first earlier result that has it; or, if those were of something else, what differs in the first. */
function fromEarlier(earlier: readonly Earlier[], { model, seed }: PartTask, settings: object, protocol: object) {
  const parts = earlier.map((result) => result.part(model.id, seed)).filter((part) => part !== undefined);
  const unlike = parts.map((part) => [
    ...differences(part.settings, settings),
    ...differences(part.protocol, protocol),
  ]);
  const same = unlike.findIndex((each) => each.length === 0);
  return same === -1 ? { known: undefined, unlike: unlike[0] } : { known: parts[same] };
}

/** 1 to `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
