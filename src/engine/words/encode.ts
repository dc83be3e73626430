/** A placed tape → the words that the executors in WebAssembly and C++ run; `format.ts` describes them. */
import { bernoulliThreshold } from '../../random/index.js';
import { arityOf } from '../tape/functions.js';
import type { Placed } from '../tape/layout.js';
import { type Location, locate, locationKey } from '../tape/locate.js';
import type { Operand, Operation, OuterProduct, TapePhase } from '../tape/tape.js';
import { panelStride, unitBytes } from '../tape/target.js';
import type { Variant } from '../tape/variant.js';
import {
  codes,
  distributions,
  elementwiseCodes,
  type Fields,
  functionNumbers,
  phaseKinds,
  type Records,
  recordOf,
  records,
  regions,
} from './format.js';

export interface Words {
  /** Everything, to be placed at one address; the offsets below are in words from there. */
  readonly words: Int32Array;
  readonly descriptors: number;
  readonly descriptorCount: number;
  readonly phases: number;
  /** Indices of words that hold an address relative to the start of the words, or of the shared region. */
  readonly relativeToWords: readonly number[];
  readonly relativeToShared: readonly number[];
}

/** Encodes each placed tape once. */
export function createEncoder(): (variant: Variant, placed: Placed) => Words {
  const known = new WeakMap<Placed, Words>();
  return (variant, placed) => {
    let words = known.get(placed);
    if (words === undefined) {
      words = new Encoder(variant, placed).encode();
      known.set(placed, words);
    }
    return words;
  };
}

const wordBytes = 4;

class Encoder {
  readonly #descriptors: Location[] = [];
  readonly #index = new Map<string, number>();
  readonly #words: number[] = [];
  readonly #relativeToWords: number[] = [];
  readonly #relativeToShared: number[] = [];

  constructor(
    private readonly variant: Variant,
    private readonly placed: Placed,
  ) {}

  encode(): Words {
    const { tape, layout } = this.placed;
    const bodies = tape.phases.map((part, index) => this.#phase(part, index));
    const phases = this.#words.length;
    for (const [index, part] of tape.phases.entries())
      this.#record('phase', {
        kind: this.#kindOf(index),
        reverse: part.reverse ? 1 : 0,
        blockSteps: part.kind === 'once' ? 1 : layout.blockSteps,
        ...bodies[index]!,
        again: wordBytes * (phases + (layout.segments?.forward ?? 0) * records.phase.length),
      });
    this.#words.push(phaseKinds.end, ...new Array<number>(records.phase.length - 1).fill(0));
    const descriptors = this.#words.length;
    for (const { region, ...rest } of this.#descriptors)
      this.#record('descriptor', { region: regions[region], ...rest }, region === 'absolute' ? ['offset'] : []);
    return {
      words: Int32Array.from(this.#words),
      descriptors,
      descriptorCount: this.#descriptors.length,
      phases,
      relativeToWords: this.#relativeToWords,
      relativeToShared: this.#relativeToShared,
    };
  }

  /** @param shared fields that are offsets in the shared region. */
  #record<R extends keyof Records>(name: R, values: Fields<Records[R]>, shared: readonly string[] = []): void {
    const fields: readonly string[] = records[name];
    const pointers: readonly string[] = name === 'phase' ? ['moving', 'operations', 'outerProducts', 'again'] : [];
    for (const field of shared) this.#relativeToShared.push(this.#words.length + fields.indexOf(field));
    for (const field of pointers) this.#relativeToWords.push(this.#words.length + fields.indexOf(field));
    this.#words.push(...recordOf(records[name], values));
  }

  #kindOf(index: number): number {
    const { tape, layout } = this.placed;
    if (index === layout.segments?.forward) return phaseKinds.segmentedScan;
    if (index === layout.segments?.backward) return phaseKinds.segmentedAdjoint;
    return phaseKinds[tape.phases[index]!.kind];
  }

  #phase(part: TapePhase, index: number) {
    const used = new Set<number>();
    const operations = this.#words.length;
    for (const operation of part.operations) this.#operation(operation, index, used);
    this.#words.push(codes.end);
    const outerProducts = this.#words.length;
    for (const term of part.outerProducts) this.#outerProduct(term, index);
    this.#words.push(-1);
    const moves = [...used].filter((id) => {
      const { stepBytes, slotBytes } = this.#descriptors[id]!;
      return stepBytes !== 0 || slotBytes !== 0;
    });
    const moving = this.#words.length;
    this.#words.push(...moves);
    return {
      movingCount: moves.length,
      moving: wordBytes * moving,
      operations: wordBytes * operations,
      outerProducts: wordBytes * outerProducts,
    };
  }

  #operation(operation: Operation, phase: number, used: Set<number>): void {
    const { shared, target } = this.variant;
    const whole = <N extends string>(name: N, operand: Operand) => {
      const id = this.#descriptor(operand, phase);
      used.add(id);
      return { [name]: id, [`${name}Panel`]: this.#stride(operand) } as Fields<readonly [N, `${N}Panel`]>;
    };
    const part = <N extends string>(name: N, operand: Operand) => {
      const one = operand.repeated || operand.place.kind === 'constant';
      const unit = { [`${name}Unit`]: one ? 0 : unitBytes(target) } as Fields<readonly [`${N}Unit`]>;
      return { ...whole(name, operand), ...unit };
    };
    const units = operation.width;
    switch (operation.code) {
      case 'product': {
        const { offset } = shared.matrices.get(operation.matrix)!;
        const operands = { ...whole('out', operation.out), ...whole('a', operation.args[0]) };
        const sizes = { units, inner: operation.inner, accumulate: operation.accumulate ? 1 : 0 };
        this.#record('product', { code: codes.product, ...operands, weights: offset, ...sizes }, ['weights']);
        return;
      }
      case 'elementwise': {
        const [a, b, c] = operation.args as readonly [Operand, Operand, Operand];
        const name = functionNumbers.get(operation.name)!;
        const arity = arityOf(operation.name);
        const unary = { code: elementwiseCodes[arity], name, units, ...whole('out', operation.out), ...part('a', a) };
        if (arity === 1) this.#record('unary', unary);
        else if (arity === 2) this.#record('binary', { ...unary, ...part('b', b) });
        else this.#record('ternary', { ...unary, ...part('b', b), ...part('c', c) });
        return;
      }
      case 'noise': {
        const { distribution, stream, rate } = operation;
        const threshold = distribution === 'bernoulli' ? bernoulliThreshold(rate) | 0 : 0;
        const draw = { code: codes.noise, distribution: distributions[distribution], units };
        this.#record('noise', { ...draw, ...whole('out', operation.out), stream, threshold });
        return;
      }
      case 'sum':
      case 'logSumExp': {
        const operands = { ...whole('out', operation.out), ...part('a', operation.args[0]) };
        this.#record('reduction', { code: codes[operation.code], units, ...operands });
        return;
      }
      case 'sumRows': {
        const accumulator = shared.accumulators.get(operation.accumulator)!.offset;
        this.#record('sumRows', { code: codes.sumRows, accumulator, units, ...whole('a', operation.args[0]) });
        return;
      }
    }
  }

  #outerProduct({ accumulator, a, b, rows, columns }: OuterProduct, phase: number): void {
    this.#record('outerProduct', {
      accumulator: this.variant.shared.accumulators.get(accumulator)!.offset,
      rows,
      columns,
      a: this.#descriptor(a, phase),
      aPanel: this.#stride(a),
      b: this.#descriptor(b, phase),
      bPanel: this.#stride(b),
    });
  }

  #stride({ place }: Operand): number {
    return place.kind === 'constant' || place.kind === 'vector' ? 0 : panelStride(place.width, this.variant.target);
  }

  #descriptor(operand: Operand, phase: number): number {
    const key = locationKey(operand);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const { shared, target } = this.variant;
    this.#descriptors.push(locate(operand, phase, this.placed, shared, target));
    this.#index.set(key, this.#descriptors.length - 1);
    return this.#descriptors.length - 1;
  }
}
