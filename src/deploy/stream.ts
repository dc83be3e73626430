/** A model on live streams: one time step in, what it predicts so far out. */
import { applyPreprocessing, type Preprocessing, type SequenceTable } from '../data/index.js';
import { createStepper, type Stepped, type Stepper } from '../engine/reference/stepper.js';
import { InputError } from '../errors.js';
import { initialState } from '../model/index.js';
import type { LoadedRun } from '../train/load-run.js';
import { type Predictions, predictionsOf } from '../train/predict.js';
import type { NumberList } from './series.js';
import { type StreamInterval, streamInterval } from './stream-interval.js';

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

export interface StepOptions {
  /**
   * Time since the step before, in the unit of the training data; of the first step its median. One for all streams, or
   * [rows]. Needed by a run that was trained on uneven times.
   */
  readonly dt?: number | NumberList | undefined;
}

export interface Stream {
  initialState(rows?: number): StreamState;
  step(state: StreamState, x: number | NumberList | readonly NumberList[], options?: StepOptions): StreamStep;
}

/** @throws InputError for a model that reads its sequences backwards too. */
export function createStream(run: LoadedRun, temperature = 1): Stream {
  const { model, preprocessing } = run;
  const { time } = preprocessing;
  const channels = ownChannels(preprocessing);
  const every = model.spec.readout === 'every';
  const widths = { ...model.state, ...model.clocks };
  const names = Object.keys(widths);
  const requests = every ? { carries: names, sequences: ['logits'] } : { carries: [...names, 'logits'] };
  const open = (timed: boolean) =>
    createStepper(model.program({ noisy: false, loss: false, state: 'given', timed }), requests, run.parameters);
  const advance = open(false);
  let timed: Stepper | undefined;
  const start = (rows: number): StreamState => {
    const learned = initialState(model, run.parameters, rows);
    const values = names.map((name) => [name, learned[name] ?? new Float64Array(rows * widths[name]!)] as const);
    return { rows, values: Object.fromEntries(values) };
  };
  /** The step's parts one after the other; a row that is through with its own waits for the others. */
  const advanceBy = (interval: StreamInterval, from: StreamState, x: Float32Array): Stepped => {
    timed ??= open(true);
    const { parts, ratios } = interval;
    const count = parts.reduce((most, own) => Math.max(most, own), 1);
    let found: Stepped = { carries: begunAnew(from, start(from.rows), parts).values, sequences: {} };
    for (let part = 0; part < count; part++) {
      const each = (of: (own: number, row: number) => number) =>
        Float64Array.from(parts, (own, row) => of(Math.max(own, 1), row));
      found = timed(from.rows, found.carries, {
        x,
        interval: each((own, row) => (part < own ? ratios[row]! / own : 0)),
        begins: each(() => (part === 0 ? 1 : 0)),
        ends: each((own) => (part === own - 1 ? 1 : 0)),
      });
    }
    return found;
  };
  return {
    initialState(rows = 1) {
      if (!Number.isInteger(rows) || rows < 1)
        throw new InputError(`initialState: got ${rows} rows, expected a whole number, 1 or more`);
      return start(rows);
    },
    step({ rows, values }, x, { dt } = {}) {
      const interval = streamInterval(time, rows, dt);
      const table = withChannel(oneStep(x, rows, channels), time?.channel ? interval!.since : null);
      const { inputs } = applyPreprocessing(table, { ...preprocessing, steps: 1, time: null });
      const from = { rows, values: checkedState(values, widths, rows) };
      const { carries, sequences } =
        interval === null || interval.plain
          ? advance(rows, from.values, { x: inputs })
          : advanceBy(interval, from, inputs);
      const next = Object.fromEntries(names.map((name) => [name, carries[name]!.slice()]));
      const logits = every ? sequences.logits! : carries.logits!;
      const width = logits.length / rows;
      const byRow = Array.from({ length: rows }, (_, row) => logits.subarray(row * width, (row + 1) * width));
      const output = predictionsOf(byRow, preprocessing, temperature);
      return { state: { rows, values: next }, output };
    },
  };
}

/** Numbers that a step of the data has: the time since the one before is none of them. */
export function ownChannels({ channels, time }: Pick<Preprocessing, 'channels' | 'time'>): number {
  return time?.channel ? channels - 1 : channels;
}

/** The state, with rows after a gap (no parts) back at their start. */
function begunAnew({ rows, values }: StreamState, start: StreamState, parts: readonly number[]): StreamState {
  if (!parts.includes(0)) return { rows, values };
  const chosen = Object.entries(values).map(([name, own]) => {
    const width = own.length / rows;
    const from = (at: number) => (parts[Math.floor(at / width)] === 0 ? start.values[name]! : own);
    return [name, own.map((_, at) => from(at)[at]!)] as const;
  });
  return { rows, values: Object.fromEntries(chosen) };
}

/** One more value in each row. */
function withChannel(table: SequenceTable, last: readonly number[] | null): SequenceTable {
  if (last === null) return table;
  const { rows, channels, values } = table;
  const wider = last.flatMap((own, row) => [...values.subarray(row * channels, (row + 1) * channels), own]);
  return { ...table, rows, channels: channels + 1, values: Float32Array.from(wider) };
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
