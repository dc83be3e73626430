/** How a run takes the times of the data it scores. */
import { type Command, Option } from 'commander';
import { type SequenceTable, samplingNotes, splitAtGaps } from '../data/index.js';
import { InputError } from '../errors.js';
import type { LoadedRun } from '../train/load-run.js';
import type { Session } from './session.js';

export interface SamplingOptions {
  readonly sampling?: 'even' | 'times' | undefined;
}

export function addSampling(command: Command): Command {
  return command.addOption(
    new Option(
      '--sampling <how>',
      'whether steps follow the times of the data; as the run was trained unless given',
    ).choices(['even', 'times']),
  );
}

const drifts = ({ model }: LoadedRun) => model.spec.layers.some(({ cell }) => cell.step === undefined);

/** @throws InputError if the run is asked to follow times that it knows nothing of. */
export function sampledAs(run: LoadedRun, { sampling }: SamplingOptions): LoadedRun {
  if (sampling === undefined) return run;
  const { time } = run.preprocessing;
  if (sampling === 'times' && (!time || !drifts(run)))
    throw new InputError(
      `${run.path}: --sampling times: ${time ? 'its cells are discrete steps, which have no length' : 'its training data had no times'}; ` +
        'leave it out',
    );
  if (!time) return run;
  return { ...run, preprocessing: { ...run.preprocessing, time: { ...time, follows: sampling === 'times' } } };
}

/** The table as the run takes it, after telling what becomes of its times. */
export function takenBy(run: LoadedRun, table: SequenceTable, session: Session): SequenceTable {
  const { time } = run.preprocessing;
  for (const note of samplingNotes(table, time, drifts(run))) session.progress.note(note);
  return splitAtGaps(table, time);
}
