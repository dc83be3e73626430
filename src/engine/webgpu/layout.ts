/**
 * Where everything of a run lies on the device, in 32-bit words. Rows beyond the batch do not exist here: a workgroup's spare rows repeat
 * the last one and store nothing, so there are no panels and no packing.
 */
import type { Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import { chooseSegments, type Segments } from '../tape/segments.js';
import type { Operand, Operation, OuterProduct, Place, Tape, TapePhase } from '../tape/tape.js';
import { keyOf } from '../tape/tape.js';

/** A vector a row: `offset` of the first row, `width` words a row. */
export interface Region {
  readonly offset: number;
  readonly width: number;
}

/** Sums over rows and steps that the second pass adds to: accumulator [rows, columns] += Σ a bᵀ. */
export interface Term {
  readonly accumulator: string;
  readonly a: Operand;
  readonly b: Operand;
  readonly rows: number;
  readonly columns: number;
}

/** Noise that a pass of its own draws before a chunk. */
export interface Draw {
  /** Position of the operation in the phase. */
  readonly operation: number;
  readonly noise: Operation & { readonly code: 'noise' };
  readonly region: Region;
}

export interface PhaseLayout {
  readonly part: TapePhase;
  /** Operands of sums over rows, kept for a chunk: [step of the chunk][row][unit]. */
  readonly slots: ReadonlyMap<string, Region>;
  readonly draws: readonly Draw[];
  readonly terms: readonly Term[];
  /** Threads of a workgroup: `lanes` a row, each for every `lanes`-th unit, times `tileRows` rows. */
  readonly lanes: number;
  readonly tileRows: number;
}

/** Where a shared value goes; a matrix [width, inner] is stored transposed, so that neighbouring threads read neighbouring words. */
export interface SharedPart {
  readonly name: string;
  readonly offset: number;
  readonly transposed: { readonly width: number; readonly inner: number } | null;
}

export interface Layout {
  readonly rows: number;
  readonly steps: number;
  /** Steps of a chunk: one dispatch of a phase. */
  readonly chunk: number;
  readonly shared: readonly SharedPart[];
  readonly vectors: ReadonlyMap<string, number>;
  readonly matrices: ReadonlyMap<string, number>;
  readonly sharedWords: number;
  /** Sequences that are given, [row][step][unit] as the caller has them. */
  readonly given: ReadonlyMap<string, Region>;
  readonly givenWords: number;
  /** Carries, [row][unit]; those that checkpoints keep stand first. */
  readonly carries: ReadonlyMap<string, Region>;
  readonly carryWords: number;
  readonly keptWords: number;
  /** Sequences that are written, [step][row][unit]; `segmented` ones hold one segment's steps. */
  readonly written: ReadonlyMap<string, Region & { readonly segmented: boolean }>;
  readonly workWords: number;
  readonly sums: ReadonlyMap<string, number>;
  readonly sumWords: number;
  /** Parts that a sum over a chunk is split into, each with a total of its own. */
  readonly splits: number;
  readonly segments: Segments | null;
  readonly phases: readonly PhaseLayout[];
}

export interface LayoutOptions {
  /** Bytes that may be stored for the way back; beyond it scans are checkpointed. */
  readonly budget: number;
  /** Threads that a workgroup may have. */
  readonly invocations: number;
  /** Rows of a workgroup; chosen unless given. The results do not depend on it. */
  readonly tileRows?: number | undefined;
  /** Steps of a chunk; chosen unless given. Sums are formed chunk by chunk, so the last bits depend on it. */
  readonly chunk?: number | undefined;
}

/** Words of a chunk's slots a unit: chunks are shorter for larger batches. A function of the batch alone: it orders the sums. */
const chunkRows = 2 ** 14;

export function chunkOf(rows: number, steps: number): number {
  const most = Math.max(16, Math.min(256, Math.floor(chunkRows / rows / 16) * 16));
  return Math.max(1, Math.min(most, steps));
}

export function layOut(
  tape: Tape,
  signature: Signature,
  requests: Requests,
  { rows, steps }: { readonly rows: number; readonly steps: number },
  options: LayoutOptions,
): Layout {
  const chunk = Math.min(options.chunk ?? chunkOf(rows, steps), Math.max(1, steps));
  const bytesOf = (width: number) => 4 * rows * width;
  const segments = chooseSegments(tape, signature, requests, { steps, blockSteps: chunk, bytesOf }, options.budget);
  const work = words();

  const first = segments?.carries ?? [];
  const names = new Set([...first, ...signature.carries.keys(), ...(requests.carries ?? [])]);
  const carries = new Map<string, Region>();
  for (const name of names) {
    const width = signature.carries.get(name)!;
    carries.set(name, { offset: work.take(rows * width), width });
  }
  const carryWords = work.taken();
  const keptWords = first.reduce((total, name) => total + rows * carries.get(name)!.width, 0);
  const written = new Map<string, Region & { segmented: boolean }>();
  for (const [name, width] of signature.written) {
    const segmented = segments?.sequences.has(name) ?? false;
    const stored = segmented ? segments!.steps : steps;
    written.set(name, { offset: work.take(stored * rows * width), width, segmented });
  }

  // Slots live for one chunk of one phase: all phases share their place.
  const slotsFrom = work.taken();
  let workWords = slotsFrom;
  const sums = new Map<string, number>();
  const total = words();
  const phases = tape.phases.map((part, index) => {
    const slot = words(slotsFrom);
    const length = part.kind === 'once' ? 1 : chunk;
    const laid = layOutPhase(part, index, rows, options, (width) => ({
      offset: slot.take(length * rows * width),
      width,
    }));
    workWords = Math.max(workWords, slot.taken());
    for (const { accumulator, rows: m, columns } of laid.terms)
      if (!sums.has(accumulator)) sums.set(accumulator, total.take(m * columns));
    return laid;
  });
  const given = words();
  return {
    ...{ rows, steps, chunk, segments, phases, carries, carryWords, keptWords, written, workWords, sums },
    ...layOutShared(tape),
    given: new Map(
      [...signature.given].map(([name, width]) => [name, { offset: given.take(rows * steps * width), width }]),
    ),
    givenWords: given.taken(),
    sumWords: total.taken(),
    splits: Math.max(1, Math.min(16, Math.floor((rows * chunk) / 64))),
  };
}

function layOutPhase(
  part: TapePhase,
  index: number,
  rows: number,
  { invocations, tileRows }: LayoutOptions,
  take: (width: number) => Region,
): PhaseLayout {
  const slots = new Map<string, Region>();
  const slot = (place: Place) => {
    if (place.kind === 'slot' && !slots.has(keyOf(place))) slots.set(keyOf(place), take(place.width));
  };
  const terms: Term[] = part.outerProducts.map((term: OuterProduct) => term);
  const draws: Draw[] = [];
  for (const [at, operation] of part.operations.entries()) {
    for (const { place } of operandsOf(operation)) slot(place);
    if (operation.code === 'noise')
      draws.push({ operation: at, noise: operation, region: take(4 * Math.ceil(operation.width / 4)) });
    if (operation.code === 'sumRows') {
      const place = sumSlot(index, at, operation.width);
      slots.set(keyOf(place), take(operation.width));
      const one: Operand = { place: { kind: 'constant', value: 1 }, start: 0, repeated: true };
      const a: Operand = { place, start: 0, repeated: false };
      terms.push({ accumulator: operation.accumulator, a, b: one, rows: operation.width, columns: 1 });
    }
  }
  const lanes = Math.min(invocations, powerOfTwoFrom(widestOf(part)));
  const most = Math.max(1, Math.min(rows, Math.floor(invocations / lanes)));
  return { part, slots, draws, terms, lanes, tileRows: Math.min(most, tileRows ?? rowsOfWorkgroup(rows)) };
}

/** At most 128 workgroups, so that each has a processor of its own on a large device, and no more rows than that needs. */
function rowsOfWorkgroup(rows: number): number {
  return powerOfTwoFrom(Math.max(1, Math.ceil(rows / 128)));
}

function layOutShared(tape: Tape): Pick<Layout, 'shared' | 'vectors' | 'matrices' | 'sharedWords'> {
  const shared: SharedPart[] = [];
  const vectors = new Map<string, number>();
  const matrices = new Map<string, number>();
  const at = words();
  for (const { operations } of tape.phases)
    for (const operation of operations) {
      for (const { place } of operation.args)
        if (place.kind === 'vector' && !vectors.has(place.name)) {
          const offset = at.take(place.width);
          vectors.set(place.name, offset);
          shared.push({ name: place.name, offset, transposed: null });
        }
      if (operation.code === 'product' && !matrices.has(operation.matrix)) {
        const { width, inner, matrix: name } = operation;
        const offset = at.take(width * inner);
        matrices.set(name, offset);
        shared.push({ name, offset, transposed: { width, inner } });
      }
    }
  return { shared, vectors, matrices, sharedWords: at.taken() };
}

export function operandsOf(operation: Operation): readonly Operand[] {
  return 'out' in operation ? [operation.out, ...operation.args] : operation.args;
}

/** Width of a place; numbers have one entry. */
export function widthOf(place: Place): number {
  return place.kind === 'constant' ? 1 : place.width;
}

/** What a sum over rows adds up is kept like the operand of an outer product, under a number that no tape gives. */
export function sumSlot(phase: number, operation: number, width: number): Place & { readonly kind: 'slot' } {
  return { kind: 'slot', id: -1 - (phase * 2 ** 20 + operation), width };
}

/** Units of the widest value that is computed. */
function widestOf({ operations }: TapePhase): number {
  const widths = operations.flatMap((operation) => {
    const one = operation.code === 'sum' || operation.code === 'logSumExp';
    return [one ? 1 : operation.width, 'out' in operation ? widthOf(operation.out.place) : 1];
  });
  return Math.max(1, ...widths);
}

function powerOfTwoFrom(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

function words(from = 0): { take(count: number): number; taken(): number } {
  let at = from;
  return {
    take: (count) => {
      at += count;
      return at - count;
    },
    taken: () => at,
  };
}
