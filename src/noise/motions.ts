/** The sources of Brownian motion of a diffusion, with what each does to every component of the state, checked. */
import { InputError } from '../errors.js';
import {
  broadcast,
  broadcastRows,
  constant,
  type Expression,
  matmul,
  multiply,
  type Node,
  sharedConstant,
  signature,
} from '../graph/index.js';
import type { Channel, DiffusionScheme, NoiseContext } from './scheme.js';

/** How one source moves one component: unit i by amplitude_i dB, dB_i or (matrix dB)_i; an amplitude left out is 1. */
export interface MotionTerm {
  readonly amplitude: Node | undefined;
  readonly matrix: Node | undefined;
}

export interface Motion {
  readonly kind: Channel['kind'];
  /** Motions shared by all components: 1 of a scalar source, k of a matrix; a diagonal one has one for each unit. */
  readonly count: number;
  readonly terms: Readonly<Record<string, MotionTerm>>;
}

/**
 * @param context as it is handed to the scheme; `state` tells the widths.
 * @throws InputError for channels of another component or shape.
 */
export function motionsOf(scheme: DiffusionScheme, context: NoiseContext): Motion[] {
  const where = `noise ${scheme.name}`;
  const channels = scheme.channels(context);
  const { noisy, state } = context;
  const strange = Object.keys(channels).find((name) => !noisy.includes(name));
  if (strange !== undefined)
    throw new InputError(`${where}: "${strange}" is no component that receives noise; they are ${noisy.join(', ')}`);
  const found = new Map<string, { kind: Channel['kind']; count: number; terms: Record<string, MotionTerm> }>();
  const longest = Math.max(0, ...Object.values(channels).map((own) => own.length));
  for (let place = 0; place < longest; place++)
    for (const component of noisy) {
      const channel = channels[component]?.[place];
      if (channel === undefined) continue;
      const width = state[component]!.shape[0]!;
      const term = termOf(channel, width, `${where}: channel ${place + 1} of ${component}`);
      const count = channel.kind === 'matrix' ? term.matrix!.shape[1]! : 1;
      const key = `${place} ${channel.kind} ${count}`;
      const motion = found.get(key) ?? { kind: channel.kind, count, terms: {} };
      motion.terms[component] = term;
      found.set(key, motion);
    }
  return [...found.values()];
}

function termOf(channel: Channel, width: number, where: string): MotionTerm {
  if (channel.kind !== 'matrix') {
    if (channel.kind !== 'diagonal' && channel.kind !== 'scalar')
      throw new InputError(
        `${where}: kind is diagonal, scalar or matrix, got ${JSON.stringify((channel as Channel).kind)}`,
      );
    return { amplitude: toRow(channel.amplitude, width, where), matrix: undefined };
  }
  const { matrix, amplitude } = channel;
  if (matrix?.space !== 'shared' || matrix.shape.length !== 2 || matrix.shape[0] !== width)
    throw new InputError(
      `${where}: a matrix is shared, of ${width} rows; got ${matrix === undefined ? 'none' : signature(matrix)}`,
    );
  return { amplitude: amplitude === undefined ? undefined : toRow(amplitude, width, where), matrix };
}

/** A row vector of a width from a number, one entry, or a shared vector. @throws InputError for anything else. */
export function toRow(value: Expression, width: number, where: string): Node {
  if (typeof value === 'number') return constant(value, [width], 'row');
  const row = value?.shape?.length === 1 ? broadcastRows(value) : value;
  const wide = row?.shape?.length === 1 && row.shape[0] === 1 && width !== 1 ? broadcast(row, [width]) : row;
  if (wide?.space === 'row' && wide.shape.length === 1 && wide.shape[0] === width) return wide;
  throw new InputError(
    `${where}: expected a row vector of ${width}, got ${value?.op ? signature(value) : String(value)}`,
  );
}

/** The vector along which motion `index` of a source moves a component. */
export function columnOf({ amplitude, matrix }: MotionTerm, index: number): Node {
  if (matrix === undefined) return amplitude!;
  const column = matmul(matrix, oneHot(matrix.shape[1]!, index));
  return amplitude === undefined ? column : multiply(amplitude, column);
}

/** What a source adds to a component for its draws. */
export function moved({ amplitude, matrix }: MotionTerm, draws: Node): Node {
  if (matrix === undefined) return multiply(amplitude!, draws);
  const product = matmul(matrix, draws);
  return amplitude === undefined ? product : multiply(amplitude, product);
}

function oneHot(width: number, at: number): Node {
  if (width === 1) return constant(1, [1], 'row');
  const values = new Float64Array(width);
  values[at] = 1;
  return broadcastRows(sharedConstant([width], values));
}
