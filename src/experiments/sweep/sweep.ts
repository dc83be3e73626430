/** A sweep in a folder: begun, joined, resumed, reported. */
import { stringify } from 'yaml';
import { loadSplits } from '../../data/index.js';
import { HeldError, InputError } from '../../errors.js';
import { holderText, isClaim } from '../../platform/claims.js';
import type { Files } from '../../platform/files.js';
import { renderSweepPage } from '../../report/sweep-page.js';
import type { SweepResult } from '../../result/sweep.js';
import { dataRequest } from '../../train/data-request.js';
import { complete, differences } from '../identity.js';
import { openBoard } from '../work/board.js';
import { type CrewOptions, createCrew } from '../work/crew.js';
import { keyOf, type Outcome, type Piece } from '../work/piece.js';
import { type WorkedOff, workOff } from '../work/work-off.js';
import { readSpace, type Space } from './space.js';
import { piecesOf, planSweep, type SweepPlan, type SweepStage, sweepAgenda } from './sweep-agenda.js';
import { sweepResult } from './sweep-result.js';

export interface SweepOptions extends CrewOptions {
  /** As parsed from SPACE.yaml. */
  readonly space: unknown;
  /** What errors call it. */
  readonly where: string;
  /** Missing, empty, or a sweep of the same space. */
  readonly out: string;
  /** Together with others. */
  readonly join?: boolean | undefined;
  readonly resume?: boolean | undefined;
  /** So many arms alone. */
  readonly limitArms?: number | undefined;
  /** No new piece is begun after so many seconds. */
  readonly limitSeconds?: number | undefined;
  readonly mixBuilds?: boolean | undefined;
  readonly command: string;
  readonly environment?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly onProgress: (fraction: number, label: string) => void;
}

export interface Swept {
  readonly result: SweepResult;
  /** Whether every arm has gone as far as it is to go. */
  readonly ended: WorkedOff<SweepStage>['ended'];
  readonly paths: string[];
}

const spaceFile = 'space.json';

/**
 * Tries the arms of a space and writes `results.json`, `best.yaml` (settings to train with) and `report.html`.
 * @throws InputError for an unusable space or folder; HeldError if another process works there and it is not joined.
 */
export async function sweep(options: SweepOptions): Promise<Swept> {
  const { files, out, join = false } = options;
  const space = readSpace(options.space, options.where);
  const plan = planSweep(space, options.limitArms ?? null);
  await checkArms(plan, files);
  const crew = createCrew(options);
  const engine = await crew.tryEngine();
  await openFolder(files, out, space, join || options.resume === true);
  const board = await openBoard(files, out);
  if (options.mixBuilds !== true) await board.agreeOn(engine.build);
  const sole = join ? null : await board.take('study', 'the whole sweep');
  if (sole !== null && !isClaim(sole))
    throw new HeldError(
      `${out} is being worked on (${holderText(sole)}); wait for it, or work on it together (--join)`,
    );
  const started = performance.now();
  const { limitSeconds = Number.POSITIVE_INFINITY, onProgress, onNote, signal } = options;
  try {
    const worked = await workOff(sweepAgenda(plan, files, out), {
      ...{ board, join, onProgress, onNote, signal },
      workers: () => crew.workers(),
      about: { name: space.name, command: options.command },
      expected: expectedPieces(plan, files, out),
      enough: () => performance.now() - started > 1000 * limitSeconds,
    });
    const environment = { ...options.environment, engine: engine.name, build: engine.build };
    const failed = new Set(worked.failures.map(({ piece }) => piece));
    const found = await everyRung(plan, files, out, worked.found);
    const facts = { limit: options.limitArms ?? null, failed, command: options.command, environment };
    const result = sweepResult(plan, found, facts);
    const paths: string[] = [];
    const claim = worked.ended === 'others' ? null : await board.take('results', 'the report');
    if (claim !== null && isClaim(claim))
      try {
        for (const [name, content] of await sweepFiles(result, plan)) {
          await files.write(files.join(out, name), content);
          paths.push(files.join(out, name));
        }
        if (worked.ended === 'done' || worked.ended === 'failed') await board.tidy();
      } finally {
        await claim.release();
      }
    return { result, ended: worked.ended, paths };
  } finally {
    if (sole !== null) await sole.release();
    await crew.close();
  }
}

/** All that is stored, of rungs of earlier stages and of other workers too. */
async function everyRung(plan: SweepPlan, files: Files, out: string, found: ReadonlyMap<string, Outcome>) {
  const all = new Map(found);
  const agenda = sweepAgenda(plan, files, out);
  const stored = new Set(await files.list(files.join(out, 'rungs')));
  for (const arm of plan.arms)
    for (const rung of plan.rungEpochs.keys())
      for (const piece of piecesOf(plan, files, out, arm, rung)) {
        if (all.has(keyOf(piece)) || !stored.has(`${piece.name}.json`)) continue;
        const outcome = await agenda.read(piece, true);
        if (outcome !== undefined) all.set(keyOf(piece), outcome);
      }
  return all;
}

/** Which arms go on is not known beforehand; how many is. */
function expectedPieces(plan: SweepPlan, files: Files, out: string): Piece[] {
  let count = plan.arms.length;
  return [...plan.rungEpochs.keys()].flatMap((rung) => {
    const pieces = plan.arms.slice(0, count).flatMap((arm) => piecesOf(plan, files, out, arm, rung));
    count = Math.max(1, Math.floor(count / plan.space.factor));
    return pieces;
  });
}

async function sweepFiles(result: SweepResult, plan: SweepPlan): Promise<[string, string][]> {
  const best = plan.arms.find(({ arm }) => arm === result.best?.arm);
  return [
    ['results.json', `${JSON.stringify(result)}\n`],
    ['report.html', await renderSweepPage(result)],
    ...(best === undefined ? [] : [['best.yaml', stringify(best.settings)] as [string, string]]),
  ];
}

/** Settings of every arm as the trainer would refuse them, and the data. Before anything is written. */
async function checkArms({ arms, space }: SweepPlan, files: Files): Promise<void> {
  for (const { settings } of arms) complete({ ...settings, seed: space.seeds[0] });
  const [first] = arms;
  if (first === undefined) throw new InputError('the space has no arm; give at least one value of every setting');
  const configuration = complete({ ...first.settings, seed: space.seeds[0] });
  await loadSplits({
    ...dataRequest(configuration, files),
    seed: configuration.seed,
    limitTrain: configuration.limitTrain,
  });
}

/** @throws InputError if the folder holds something else, or a sweep of another space. */
async function openFolder(files: Files, out: string, space: Space, mayExist: boolean): Promise<void> {
  const { dimensions, fixed, ...rest } = space;
  // Where the data lie may differ from machine to machine.
  const { dataDir: __, ...settings } = fixed;
  // More arms may be drawn later: the first ones stay what they are.
  const { trials: _, ...identity } = {
    ...rest,
    settings,
    dimensions: dimensions.map(({ at, points, ...own }) => ({ ...own, points })),
  };
  const path = files.join(out, spaceFile);
  const present = (await files.kind(out)) === 'folder' ? await files.list(out) : [];
  if ((await files.kind(out)) === 'file')
    throw new InputError(`${out} is a file; expected a folder for the sweep (--out)`);
  const known = present.includes(spaceFile);
  const foreign = present.find((name) => !['slurm', 'kubernetes', spaceFile].includes(name));
  if (!known && foreign !== undefined)
    throw new InputError(
      `${out} is not empty ("${foreign}" is in it) and holds no sweep; give a new or an empty folder`,
    );
  if (known) {
    if (!mayExist)
      throw new InputError(`${out} already holds a sweep; go on with it (--resume, or --join), or give a new folder`);
    const before = JSON.parse(new TextDecoder().decode(await files.read(path))) as object;
    const unlike = differences(before, JSON.parse(JSON.stringify(identity)) as object);
    if (unlike.length > 0)
      throw new InputError(`${out} holds a sweep of another space (${unlike.join('; ')}); give a new folder (--out)`);
  }
  for (const folder of ['runs', 'rungs']) await files.makeFolder(files.join(out, folder));
  if (!known) await files.write(path, `${JSON.stringify(identity)}\n`);
}
