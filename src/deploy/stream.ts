/** A model on live streams: one time step in, what it predicts so far out. */
import { applyPreprocessing, type SequenceTable } from '../data/index.js';
import { createStepper } from '../engine/reference/stepper.js';
import { InputError } from '../errors.js';
import { initialState } from '../model/index.js';
import type { LoadedRun } from '../train/load-run.js';
import { type Predictions, predictionsOf } from '../train/predict.js';
import type { NumberList } from './series.js';

/** Where streams are: plain numbers, to be kept, copied or sent as they are; `step` never changes one. */
export interface StreamState {
  /** Streams side by side. */
  readonly rows: number;
  /** By component of the hidden state, [rows, width] each. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

export interface StreamStep {
  /** For the next step. */
  readonly state: StreamState;
  /** What a batch would predict if the streams ended here. */
  readonly output: Predictions;
}

export interface Stream {
  initialState(rows?: number): StreamState;
  step(state: StreamState, x: number | NumberList | readonly NumberList[]): StreamStep;
}

/** @throws InputError for a model that reads its sequences backwards too. */
export function createStream(run: LoadedRun, temperature = 1): Stream {
  const { model, preprocessing } = run;
  const { channels } = preprocessing;
  const every = model.spec.readout === 'every';
  const names = Object.keys(model.state);
  const requests = every ? { carries: names, sequences: ['logits'] } : { carries: [...names, 'logits'] };
  const advance = createStepper(model.program({ noisy: false, loss: false, state: 'given' }), requests, run.parameters);
  return {
    initialState(rows = 1) {
      if (!Number.isInteger(rows) || rows < 1)
        throw new InputError(`initialState: got ${rows} rows, expected a whole number, 1 or more`);
      const learned = initialState(model, run.parameters, rows);
      const values = names.map((name) => [name, learned[name] ?? new Float64Array(rows * model.state[name]!)] as const);
      return { rows, values: Object.fromEntries(values) };
    },
    step({ rows, values }, x) {
      const table = oneStep(x, rows, channels);
      const { inputs } = applyPreprocessing(table, { ...preprocessing, steps: 1 });
      const { carries, sequences } = advance(rows, checkedState(values, model.state, rows), { x: inputs });
      const next = Object.fromEntries(names.map((name) => [name, carries[name]!.slice()]));
      const logits = every ? sequences.logits! : carries.logits!;
      const width = logits.length / rows;
      const byRow = Array.from({ length: rows }, (_, row) => logits.subarray(row * width, (row + 1) * width));
      const output = predictionsOf(byRow, preprocessing, temperature);
      return { state: { rows, values: next }, output };
    },
  };
}

function oneStep(x: number | NumberList | readonly NumberList[], rows: number, channels: number): SequenceTable {
  const values =
    typeof x === 'number'
      ? [x]
      : Array.isArray(x)
        ? (x as readonly (number | NumberList)[]).flatMap(listed)
        : (x as NumberList);
  if (values.length !== rows * channels)
    throw new InputError(
      `step: got ${values.length} values, expected ${rows * channels} (${rows} row${rows === 1 ? '' : 's'} of ${channels} ` +
        `channel${channels === 1 ? '' : 's'}: one time step)`,
    );
  for (const value of values)
    if (!Number.isFinite(value)) throw new InputError(`step: got ${value}; every value must be a finite number`);
  return { name: 'step', rows, steps: 1, channels, values: Float32Array.from(values), labels: null };
}

const listed = (entry: number | NumberList): number[] => (typeof entry === 'number' ? [entry] : Array.from(entry));

function checkedState(values: StreamState['values'], widths: Readonly<Record<string, number>>, rows: number) {
  for (const [name, width] of Object.entries(widths)) {
    const length = values[name]?.length;
    if (length !== rows * width)
      throw new InputError(
        `step: the state's "${name}" has ${length ?? 'no'} values, expected ${rows * width}; start from initialState(${rows})`,
      );
  }
  return values;
}
