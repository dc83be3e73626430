/**
 * Refuses tapes that an executor could not run safely: it writes where the tape says, without looking. Lowering is meant
 * to make none; every tape is verified all the same when it is made, which costs less than lowering it.
 */
import { distributionNames } from '../../graph/index.js';
import type { Signature } from '../check-inputs.js';
import { arityOf, isFunctionName } from './functions.js';
import {
  keyOf,
  type LoosePhase,
  type Operand,
  type Operation,
  type Place,
  printOperand,
  printOperation,
  samePlace,
  type Tape,
  type TapePhase,
} from './tape.js';

type Complain = (fault: string) => never;

/**
 * Checks that codes are known, widths agree, operands lie inside their places and are written before they are read,
 * products do not write what they read, and sums over rows read what an executor keeps for them.
 * @throws Error naming phase, operation and fault.
 */
export function verifyTape(tape: Tape, signature: Signature): void {
  const sizes = new Sizes(signature);
  const available = new Set(signature.given.keys());
  for (const part of tape.phases) verifyPhase(part, sizes, available);
}

/**
 * The same of phases between passes, whose outer products still read temporaries.
 * @throws Error naming phase, operation and fault.
 */
export function verifyLoose(phases: readonly LoosePhase[], signature: Signature): void {
  const sizes = new Sizes(signature);
  const available = new Set([...signature.given.keys(), ...signature.written.keys()]);
  for (const part of phases) verifyPhase(part, sizes, available, true);
}

function verifyPhase(part: TapePhase, sizes: Sizes, available: Set<string>, loose = false): void {
  const written = new Written();
  let current: Operation | undefined;
  const complain: Complain = (fault) => {
    const where = current === undefined ? '' : `, ${printOperation(current)}`;
    throw new Error(`malformed tape: ${part.name}${where}: ${fault}`);
  };
  const mustHold = (operand: Operand, width: number) => {
    sizes.check(operand.place, complain);
    const { place, start, repeated } = operand;
    if (place.kind === 'constant') return;
    const end = start + (repeated ? 1 : width);
    if (!Number.isInteger(start) || start < 0 || end > place.width)
      complain(`${printOperand(operand)} has units 0 to ${place.width - 1}, units ${start} to ${end - 1} are used`);
    if (place.kind === 'sequence' && part.kind === 'once') complain('a phase that runs once has no step of a sequence');
  };
  const reads = (operand: Operand, width: number) => {
    mustHold(operand, width);
    const { place, start, repeated } = operand;
    const always = place.kind === 'constant' || place.kind === 'vector' || place.kind === 'carry';
    if (always || (place.kind === 'sequence' && available.has(place.name))) return;
    if (!written.covers(place, start, repeated ? 1 : width))
      complain(`${printOperand(operand)} is read before it is written`);
  };
  const writes = (operand: Operand, width: number) => {
    if (operand.place.kind === 'constant' || operand.place.kind === 'vector' || operand.repeated)
      complain(`${printOperand(operand)} cannot be written`);
    if (operand.place.kind === 'sequence' && sizes.given.has(operand.place.name))
      complain(`${printOperand(operand)} is given and cannot be written`);
    mustHold(operand, width);
    written.add(operand.place, operand.start, width);
  };
  const everyUnit = (operand: Operand, width: number) => {
    if (operand.repeated || operand.place.kind === 'constant' || operand.place.kind === 'vector')
      complain(`${printOperand(operand)} does not have ${width} units of its own in every row`);
    reads(operand, width);
  };
  for (const operation of part.operations) {
    current = operation;
    verifyOperation(operation, sizes, { reads, writes, everyUnit, complain });
  }
  current = undefined;
  for (const { accumulator, a, b, rows, columns } of part.outerProducts) {
    for (const [operand, width] of [[a, rows] as const, [b, columns] as const]) {
      // A sum over rows alone is a product with 1.
      if (operand === b && operand.place.kind === 'constant' && columns === 1) continue;
      if (!loose && operand.place.kind !== 'slot' && operand.place.kind !== 'sequence')
        complain(`${printOperand(operand)} of ${accumulator} is not kept for a block of steps`);
      everyUnit(operand, width);
    }
    sizes.accumulator(accumulator, rows * columns, complain);
  }
  for (const name of written.sequences) available.add(name);
}

interface Checks {
  readonly reads: (operand: Operand, width: number) => void;
  readonly writes: (operand: Operand, width: number) => void;
  readonly everyUnit: (operand: Operand, width: number) => void;
  readonly complain: Complain;
}

function verifyOperation(operation: Operation, sizes: Sizes, { reads, writes, everyUnit, complain }: Checks): void {
  const { width } = operation;
  if (!(Number.isInteger(width) && width > 0)) complain(`${width} units`);
  switch (operation.code) {
    case 'product': {
      const [input] = operation.args;
      if (!(Number.isInteger(operation.inner) && operation.inner > 0)) complain(`${operation.inner} columns`);
      sizes.matrix(operation.matrix, width, operation.inner, complain);
      everyUnit(input, operation.inner);
      if (samePlace(input.place, operation.out.place)) complain('a product cannot write over its input');
      if (operation.accumulate) reads(operation.out, width);
      writes(operation.out, width);
      return;
    }
    case 'elementwise': {
      const { name, args } = operation;
      if (!isFunctionName(name)) complain(`there is no function called ${name}`);
      if (args.length !== arityOf(name)) complain(`${name} takes ${arityOf(name)} operands, not ${args.length}`);
      break;
    }
    case 'noise':
      if (!distributionNames.includes(operation.distribution))
        complain(`there is no noise called ${operation.distribution}`);
      break;
    case 'sumRows':
      everyUnit(operation.args[0], width);
      sizes.accumulator(operation.accumulator, width, complain);
      return;
    case 'sum':
    case 'logSumExp':
      break;
    default:
      throw complain(`there is no operation ${(operation as Operation).code}`);
  }
  for (const operand of operation.args) {
    reads(operand, width);
    // The units of an operand move with those of the result, or a value would be overwritten before it is read.
    if (samePlace(operand.place, operation.out.place) && !(operand.start === operation.out.start && !operand.repeated))
      complain(`${printOperand(operand)} is overwritten while it is read`);
  }
  writes(operation.out, operation.code === 'sum' || operation.code === 'logSumExp' ? 1 : width);
}

/** One size for every name. */
class Sizes {
  readonly #known = new Map<string, string>();
  readonly given: ReadonlySet<string>;

  constructor(signature: Signature) {
    this.given = new Set(signature.given.keys());
    for (const [name, width] of signature.carries) this.#known.set(`carry ${name}`, `${width}`);
    for (const [name, width] of [...signature.given, ...signature.written])
      this.#known.set(`sequence ${name}`, `${width}`);
  }

  check(place: Place, complain: Complain): void {
    if (place.kind === 'constant') return;
    const key = keyOf(place);
    if ((place.kind === 'carry' || place.kind === 'sequence') && !this.#known.has(key))
      complain(`the program has no ${key}`);
    this.#agree(key, `${place.width}`, complain);
  }

  matrix(name: string, width: number, inner: number, complain: Complain): void {
    this.#agree(`matrix ${name}`, `${width}, ${inner}`, complain);
  }

  accumulator(name: string, length: number, complain: Complain): void {
    this.#agree(`accumulator ${name}`, `${length}`, complain);
  }

  #agree(key: string, size: string, complain: Complain): void {
    const known = this.#known.get(key) ?? size;
    if (known !== size) complain(`${key} has size [${known}] elsewhere and [${size}] here`);
    this.#known.set(key, size);
  }
}

/** Units that a phase has written. */
class Written {
  readonly #units = new Map<string, Uint8Array>();
  readonly sequences = new Set<string>();

  add(place: Place & { readonly width?: number }, start: number, count: number): void {
    const key = keyOf(place);
    const units = this.#units.get(key) ?? new Uint8Array(place.width ?? 0);
    units.fill(1, start, start + count);
    this.#units.set(key, units);
    if (place.kind === 'sequence') this.sequences.add(place.name);
  }

  covers(place: Place, start: number, count: number): boolean {
    const units = this.#units.get(keyOf(place));
    return units?.subarray(start, start + count).every((unit) => unit === 1) ?? false;
  }
}
