/**
 * The tape: a program lowered to a flat list of coarse operations over tiles of rows. It is independent of the batch
 * and of the machine; `place.ts` gives it its place in memory for a number of rows and steps, and an executor only runs it.
 */
import type { Distribution } from '../../graph/index.js';
import type { FunctionName } from './functions.js';

/**
 * Where a row value lies.
 * `temporary`: scratch of one step. `carry`: persists. `sequence`: one value a step. `slot`: kept for a block of steps,
 * for the outer products at its end. `constant`: one number. `vector`: a shared vector, the same in every row.
 */
export type Place =
  | { readonly kind: 'temporary'; readonly id: number; readonly width: number }
  | { readonly kind: 'slot'; readonly id: number; readonly width: number }
  | { readonly kind: 'carry' | 'sequence'; readonly name: string; readonly width: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'vector'; readonly name: string; readonly width: number };

/** Part of a place: units from `start` on, or its first unit repeated (`repeated`). */
export interface Operand {
  readonly place: Place;
  readonly start: number;
  readonly repeated: boolean;
}

export type Operation =
  | {
      readonly code: 'product';
      readonly out: Operand;
      readonly args: readonly [Operand];
      readonly width: number;
      readonly inner: number;
      /** Name of the shared matrix [width, inner]. */
      readonly matrix: string;
      readonly accumulate: boolean;
    }
  | {
      readonly code: 'elementwise';
      readonly name: FunctionName;
      readonly out: Operand;
      /** As many as the function's arity. */
      readonly args: readonly Operand[];
      readonly width: number;
    }
  | {
      readonly code: 'noise';
      readonly distribution: Distribution;
      readonly stream: number;
      readonly rate: number;
      readonly out: Operand;
      readonly args: readonly [];
      readonly width: number;
    }
  | {
      readonly code: 'sum' | 'logSumExp';
      readonly out: Operand;
      readonly args: readonly [Operand] /** Units summed. */;
      readonly width: number;
    }
  | {
      readonly code: 'sumRows';
      readonly accumulator: string;
      readonly args: readonly [Operand];
      readonly width: number;
    };

/** accumulator[rows, columns] += Σ over a block of steps and rows of a bᵀ. */
export interface OuterProduct {
  readonly accumulator: string;
  readonly a: Operand;
  readonly b: Operand;
  readonly rows: number;
  readonly columns: number;
}

export interface TapePhase {
  readonly name: string;
  readonly kind: 'scan' | 'once';
  readonly reverse: boolean;
  readonly operations: readonly Operation[];
  readonly outerProducts: readonly OuterProduct[];
}

/** What a phase keeps of what it computes. */
export interface Store {
  readonly place: Place & { readonly kind: 'carry' | 'sequence' };
  readonly operand: Operand;
}

/** A phase between passes: results are in temporaries, not yet where they are to lie. */
export interface LoosePhase extends TapePhase {
  readonly stores: readonly Store[];
}

export interface Tape {
  readonly phases: readonly TapePhase[];
}

/** Numbers temporaries and slots; one serves all phases of a program. */
export interface Counter {
  next(): number;
}

export function operandsOf(part: TapePhase): Operand[] {
  const own = part.operations.flatMap((operation) =>
    'out' in operation ? [operation.out, ...operation.args] : [...operation.args],
  );
  return [...own, ...part.outerProducts.flatMap(({ a, b }) => [a, b])];
}

export function keyOf(place: Place): string {
  if (place.kind === 'constant') return `constant ${place.value}`;
  return place.kind === 'temporary' || place.kind === 'slot' ? `#${place.id}` : `${place.kind} ${place.name}`;
}

export function samePlace(a: Place, b: Place): boolean {
  return keyOf(a) === keyOf(b);
}

/** The operation over other operands. */
export function mapOperands(operation: Operation, map: (operand: Operand) => Operand): Operation {
  const moved = { args: operation.args.map(map), ...('out' in operation ? { out: map(operation.out) } : {}) };
  return Object.assign({}, operation, moved);
}

export function whole(place: Place): Operand {
  return { place, start: 0, repeated: false };
}

export function printOperand({ place, start, repeated }: Operand): string {
  if (place.kind === 'constant') return `${place.value}`;
  const name =
    place.kind === 'temporary'
      ? `t${place.id}`
      : place.kind === 'slot'
        ? `s${place.id}`
        : `${place.kind}:${place.name}`;
  return `${name}${start > 0 ? `+${start}` : ''}${repeated ? '*' : ''}`;
}

export function printOperation(operation: Operation): string {
  const args = operation.args.map(printOperand).join(', ');
  const name = 'name' in operation ? operation.name : operation.code;
  const matrix = operation.code === 'product' ? `${operation.matrix}, ` : '';
  const out =
    operation.code === 'sumRows'
      ? `${operation.accumulator} +=`
      : `${printOperand(operation.out)} ${operation.code === 'product' && operation.accumulate ? '+=' : '='}`;
  return `${out} ${name}(${matrix}${args}) [${operation.width}]`;
}

/** A listing of a phase, one operation a line, also between passes. */
export function printPhase(part: TapePhase & Partial<Pick<LoosePhase, 'stores'>>): string {
  const lines = [`${part.name}: ${part.kind}${part.reverse ? ' reverse' : ''}`];
  for (const operation of part.operations) lines.push(`  ${printOperation(operation)}`);
  for (const { accumulator, a, b, rows, columns } of part.outerProducts)
    lines.push(`  ${accumulator} += outer(${printOperand(a)}, ${printOperand(b)}) [${rows}, ${columns}]`);
  for (const { place, operand } of part.stores ?? [])
    lines.push(`  ${printOperand(whole(place))} ← ${printOperand(operand)}`);
  return lines.join('\n');
}

export function printTape(tape: Tape): string {
  return tape.phases.map(printPhase).join('\n');
}
