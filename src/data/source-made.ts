/** Data sets that are made, not read: tasks of memory with known answers, and a chaotic system with known exponents. */
import { InputError } from '../errors.js';
import {
  numberAt,
  parseSpec,
  positive,
  positiveInteger,
  type SpecKey,
  type SpecKeys,
  type SpecValues,
} from '../spec.js';
import type { SequenceTable } from './dataset.js';
import { addingProblem } from './made/adding.js';
import { copyTask } from './made/copy.js';
import { lorenz96 } from './made/lorenz96.js';
import type { DataSource } from './source.js';

/** The data are the same whatever the seed of a training run, as a file would be. */
const DATA_SEED = 1;

interface MadeEntry {
  readonly keys: SpecKeys;
  readonly describe: string;
  readonly normalisation: DataSource['normalisation'];
  readonly make: (name: string, rows: number, values: SpecValues) => SequenceTable;
}

const whole = (value: number): SpecKey => ({ kind: 'number', default: value, limit: positiveInteger });
const atLeast = (least: number, value: number): SpecKey => ({
  kind: 'number',
  default: value,
  limit: { holds: (given) => Number.isSafeInteger(given) && given >= least, says: `a whole number, ${least} or more` },
});

const made: Readonly<Record<string, MadeEntry>> = {
  adding: {
    keys: { steps: atLeast(2, 100), rows: whole(2000) },
    describe:
      'the adding problem: the sum of two marked numbers (--task regress); always answering 1 errs by 1/6, squared',
    normalisation: 'none',
    make: (name, rows, values) => addingProblem(name, rows, numberAt(values, 'steps'), DATA_SEED),
  },
  copy: {
    keys: { delay: whole(50), rows: whole(2000) },
    describe: 'the copy task: ten symbols repeated after a delay (--task label)',
    normalisation: 'none',
    make: (name, rows, values) => copyTask(name, rows, numberAt(values, 'delay'), DATA_SEED),
  },
  lorenz96: {
    keys: {
      sites: atLeast(4, 40),
      forcing: { kind: 'number', default: 8 },
      interval: { kind: 'number', default: 0.05, limit: positive },
      steps: whole(200),
      rows: whole(100),
    },
    describe: 'trajectories of Lorenz 1996, whose exponents are known, to forecast (--task forecast)',
    normalisation: 'standard',
    make: (name, rows, values) => {
      const [sites, forcing, interval, steps] = ['sites', 'forcing', 'interval', 'steps'].map((key) =>
        numberAt(values, key),
      ) as [number, number, number, number];
      return lorenz96(name, rows, { sites, forcing, interval, steps }, DATA_SEED);
    },
  },
};

/** Validation and test data are a fifth and a half of the training rows, at least one. */
const SHARES = { validation: 0.2, test: 0.5 };

/**
 * The source that `adding`, `copy:delay=100` and the like name; undefined for another name.
 * @throws InputError for a key or a value that it does not know.
 */
export function madeSource(text: string): DataSource | undefined {
  const name = text.split(':')[0]!;
  if (!Object.hasOwn(made, name)) return undefined;
  const { values } = parseSpec(text, made, 'data');
  const { describe, normalisation, make } = made[name]!;
  const rows = numberAt(values, 'rows');
  const part = async (share: keyof typeof SHARES) => make(share, Math.max(1, Math.round(SHARES[share] * rows)), values);
  return {
    name: text,
    description: describe,
    normalisation,
    heldOut: { fraction: 0.2, atMost: 2000 },
    loadFile: async (_location, path) => {
      throw new InputError(`${path}: '${name}' is made by the program, not read from files; give another data source.`);
    },
    loadTraining: async () => ({ train: make('train', rows, values), validation: await part('validation') }),
    loadTest: () => part('test'),
  };
}

export const madeSources: DataSource[] = Object.keys(made).map((name) => madeSource(name)!);
