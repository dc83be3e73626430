/** A tape and its layout → the words that executors run; assembly/index.ts lists them. */

import type { Requests } from '../../program/index.js';
import { bernoulliThreshold } from '../../random/index.js';
import type { Signature } from '../check-inputs.js';
import { distributionCodes, END, elementwiseCodes, functionCodes, operationCodes } from './codes.js';
import type { SharedLayout } from './constants.js';
import { arityOf } from './functions.js';
import { type Layout, layOut, type Shape } from './layout.js';
import { keyOf } from './settle.js';
import {
  type Operand,
  type Operation,
  type OuterProduct,
  type Place,
  printOperand,
  type Tape,
  type TapePhase,
  whole,
} from './tape.js';
import { panelStride, type Target, tileStride, unitBytes } from './target.js';

const region = { workspace: 0, tile: 1, absolute: 2, segment: 3 } as const;
const phaseKinds = { scan: 0, once: 1, end: 2, segmentedScan: 3, segmentedAdjoint: 4 } as const;
const phaseWords = 8;

export interface Encoded {
  readonly layout: Layout;
  readonly descriptorCount: number;
  /** Everything, to be placed at one address; the offsets below are in words from there. */
  readonly words: Int32Array;
  readonly descriptors: number;
  readonly phases: number;
  /** Indices of words that hold an address relative to the start of the words, or of the shared region. */
  readonly relativeToWords: readonly number[];
  readonly relativeToShared: readonly number[];
}

interface Descriptor {
  readonly region: number;
  readonly offset: number;
  readonly stepBytes: number;
  readonly slotBytes: number;
}

export function encode(
  tape: Tape,
  signature: Signature,
  requests: Requests,
  shared: SharedLayout,
  shape: Shape,
  budget: number,
  target: Target,
): Encoded {
  const whole = withEnds(tape, signature, requests, shape);
  // The address table's size is needed by the layout that the descriptors come from: count them first.
  const count = new Set(whole.phases.flatMap((part) => operandsOf(part).map(descriptorKey))).size;
  const layout = layOut(whole, signature, requests, shape, count * target.addressBytes, budget, target);
  return new Encoder(whole, layout, shared, target, shape.steps).encode();
}

/** Adds a first phase that sets the carries, and a last one that hands over those that are wanted. */
function withEnds(tape: Tape, signature: Signature, requests: Requests, shape: Shape): Tape {
  const zero: Operand = { place: { kind: 'constant', value: 0 }, start: 0, repeated: true };
  const copies = (pairs: readonly (readonly [Place, Operand, number])[]): Operation[] =>
    pairs.map(([to, from, width]) => ({ code: 'elementwise', name: 'copy', out: whole(to), args: [from], width }));
  const start = [...signature.carries].map(([name, width]) => {
    const from: Operand = shape.given.includes(name) ? whole({ kind: 'sequence', name: `in:${name}`, width }) : zero;
    return [{ kind: 'carry', name, width } as const, from, width] as const;
  });
  const end = (requests.carries ?? []).map((name) => {
    const width = signature.carries.get(name) ?? 1;
    return [
      { kind: 'sequence', name: `out:${name}`, width } as const,
      whole({ kind: 'carry', name, width }),
      width,
    ] as const;
  });
  const ends = (name: string, operations: Operation[]): TapePhase => ({
    name,
    kind: 'once',
    reverse: false,
    operations,
    outerProducts: [],
  });
  return { phases: [ends('start', copies(start)), ...tape.phases, ends('end', copies(end))] };
}

class Encoder {
  readonly #descriptors: Descriptor[] = [];
  readonly #index = new Map<string, number>();
  readonly #words: number[] = [];
  readonly #relativeToWords: number[] = [];
  readonly #relativeToShared: number[] = [];

  constructor(
    private readonly tape: Tape,
    private readonly layout: Layout,
    private readonly shared: SharedLayout,
    private readonly target: Target,
    private readonly steps: number,
  ) {}

  encode(): Encoded {
    const bodies = this.tape.phases.map((part, index) => this.#phase(part, index));
    const phases = this.#words.length;
    for (const [index, part] of this.tape.phases.entries()) {
      const { moving, movingCount, operations, deferred } = bodies[index]!;
      this.#words.push(this.#kindOf(index), part.reverse ? 1 : 0);
      this.#words.push(part.kind === 'once' ? 1 : this.layout.blockSteps, movingCount);
      for (const at of [moving, operations, deferred]) this.#pointer(at);
      this.#pointer(phases + (this.layout.segments?.forward ?? 0) * phaseWords);
    }
    this.#words.push(phaseKinds.end, ...new Array<number>(phaseWords - 1).fill(0));
    const descriptors = this.#words.length;
    for (const { region: kind, offset, stepBytes, slotBytes } of this.#descriptors) {
      if (kind === region.absolute) this.#relativeToShared.push(this.#words.length + 1);
      this.#words.push(kind, offset, stepBytes, slotBytes);
    }
    return {
      layout: this.layout,
      descriptorCount: this.#descriptors.length,
      words: Int32Array.from(this.#words),
      descriptors,
      phases,
      relativeToWords: this.#relativeToWords,
      relativeToShared: this.#relativeToShared,
    };
  }

  #kindOf(index: number): number {
    const { segments } = this.layout;
    if (index === segments?.forward) return phaseKinds.segmentedScan;
    if (index === segments?.backward) return phaseKinds.segmentedAdjoint;
    return phaseKinds[this.tape.phases[index]!.kind];
  }

  #phase(part: TapePhase, index: number) {
    const used = new Set<number>();
    const operations = this.#words.length;
    for (const operation of part.operations) this.#operation(operation, index, used);
    this.#words.push(END);
    const deferred = this.#words.length;
    for (const term of part.outerProducts) this.#outerProduct(term, index);
    this.#words.push(-1);
    const moves = [...used].filter((id) => {
      const { stepBytes, slotBytes } = this.#descriptors[id]!;
      return stepBytes !== 0 || slotBytes !== 0;
    });
    const moving = this.#words.length;
    this.#words.push(...moves);
    return { operations, deferred, moving, movingCount: moves.length };
  }

  #operation(operation: Operation, phase: number, used: Set<number>): void {
    const words = this.#words;
    words.push(codeOf(operation));
    const address = (operand: Operand) => {
      const id = this.#descriptor(operand, phase);
      used.add(id);
      return id;
    };
    const strideOf = (operand: Operand) => this.#stride(operand);
    const unit = unitBytes(this.target);
    const out = (operand: Operand) => words.push(address(operand), strideOf(operand));
    const argument = (operand: Operand) =>
      words.push(address(operand), strideOf(operand), operand.repeated || operand.place.kind === 'constant' ? 0 : unit);
    switch (operation.code) {
      case 'product': {
        const [input] = operation.args;
        out(operation.out);
        words.push(address(input), strideOf(input));
        this.#relativeToShared.push(words.length);
        words.push(this.shared.matrices.get(operation.matrix)!.offset, operation.width, operation.inner);
        words.push(operation.accumulate ? 1 : 0);
        return;
      }
      case 'elementwise':
        words.push(functionCodes.get(operation.name)!, operation.width);
        break;
      case 'noise':
        words.push(distributionCodes[operation.distribution], operation.width);
        out(operation.out);
        words.push(operation.stream);
        words.push(operation.distribution === 'bernoulli' ? bernoulliThreshold(operation.rate) | 0 : 0);
        return;
      case 'sum':
      case 'logSumExp':
        words.push(operation.width);
        break;
      case 'sumRows': {
        const [input] = operation.args;
        words.push(this.shared.accumulators.get(operation.accumulator)!.offset, operation.width);
        words.push(address(input), strideOf(input));
        return;
      }
    }
    out(operation.out);
    for (const operand of operation.args) argument(operand);
  }

  #outerProduct({ accumulator, a, b, rows, columns }: OuterProduct, phase: number): void {
    this.#words.push(this.shared.accumulators.get(accumulator)!.offset, rows, columns);
    for (const operand of [a, b]) this.#words.push(this.#descriptor(operand, phase), this.#stride(operand));
  }

  #stride({ place }: Operand): number {
    return place.kind === 'constant' || place.kind === 'vector' ? 0 : panelStride(place.width, this.target);
  }

  #pointer(word: number): void {
    this.#relativeToWords.push(this.#words.length);
    this.#words.push(word * 4);
  }

  #descriptor(operand: Operand, phase: number): number {
    const key = descriptorKey(operand);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const descriptor = this.#locate(operand, phase);
    if (this.steps > 0) this.#mustLieInside(descriptor, operand);
    this.#descriptors.push(descriptor);
    this.#index.set(key, this.#descriptors.length - 1);
    return this.#descriptors.length - 1;
  }

  /** An executor does not look where it reads and writes. */
  #mustLieInside({ region: within, offset, stepBytes, slotBytes }: Descriptor, operand: Operand): void {
    const { layout, shared, target } = this;
    const { place, start } = operand;
    const units = place.kind === 'constant' ? 1 : place.width;
    const whole = within === region.absolute ? units * unitBytes(target) : tileStride(units, layout.tileRows, target);
    const steps = within === region.segment ? layout.segments!.steps : this.steps;
    const moves = Math.max(0, steps - 1) * stepBytes + (layout.blockSteps - 1) * slotBytes;
    const end = offset + moves + whole - start * unitBytes(target);
    const limit =
      within === region.absolute ? shared.bytes : within === region.tile ? layout.tileBytes : layout.workBytes;
    if (!(offset >= 0 && end <= limit)) throw new Error(`${printOperand(operand)} ends at byte ${end} of ${limit}`);
  }

  #locate({ place, start }: Operand, phase: number): Descriptor {
    const still = { stepBytes: 0, slotBytes: 0 };
    const { layout, shared, target } = this;
    const shift = start * unitBytes(target);
    const bytesOf = (width: number) => tileStride(width, layout.tileRows, target);
    switch (place.kind) {
      case 'constant':
        return { region: region.absolute, offset: shared.constants.get(place.value)!, ...still };
      case 'vector':
        return { region: region.absolute, offset: shared.vectors.get(place.name)!.offset + shift, ...still };
      case 'temporary':
        return { region: region.workspace, offset: layout.temporaries[phase]!.get(place.id)! + shift, ...still };
      case 'carry':
        return { region: region.workspace, offset: layout.workOffsets.get(`carry:${place.name}`)! + shift, ...still };
      case 'slot': {
        const offset = layout.workOffsets.get(`slot:${place.id}`)! + shift;
        return { region: region.workspace, offset, stepBytes: 0, slotBytes: bytesOf(place.width) };
      }
      case 'sequence': {
        const handed = layout.tileOffsets.get(place.name);
        if (handed !== undefined) return { region: region.tile, offset: handed, ...still };
        const stepBytes = bytesOf(place.width);
        const inTile = layout.tileOffsets.get(`sequence:${place.name}`);
        if (inTile !== undefined) return { region: region.tile, offset: inTile + shift, stepBytes, slotBytes: 0 };
        const offset = layout.workOffsets.get(`sequence:${place.name}`)! + shift;
        const within = layout.segments?.sequences.has(place.name) ? region.segment : region.workspace;
        return { region: within, offset, stepBytes, slotBytes: 0 };
      }
    }
  }
}

function codeOf(operation: Operation): number {
  return operation.code === 'elementwise' ? elementwiseCodes[arityOf(operation.name)] : operationCodes[operation.code];
}

function operandsOf(part: TapePhase): Operand[] {
  const own = part.operations.flatMap((operation) =>
    'out' in operation ? [operation.out, ...operation.args] : [...operation.args],
  );
  return [...own, ...part.outerProducts.flatMap(({ a, b }) => [a, b])];
}

function descriptorKey({ place, start }: Operand): string {
  return `${keyOf(place)} +${start}`;
}
