/** Writes the operations of a phase, with the barriers between them. */

import type { Operand, Operation } from '../../tape/tape.js';
import { keyOf } from '../../tape/tape.js';
import { type Layout, type PhaseLayout, sumSlot, widthOf } from '../layout.js';
import { Crossing } from './crossing.js';
import { type Places, type Unit, unitFrom } from './places.js';
import { literal, spellings } from './spellings.js';

type Of<Code extends Operation['code']> = Extract<Operation, { readonly code: Code }>;
type Sum = Extract<Operation, { readonly code: 'sum' | 'logSumExp' }>;
type Elementwise = Of<'elementwise'>;
type Writing = Exclude<Operation, Of<'sumRows'>>;

export class OperationWriter {
  readonly #lines: string[] = [];
  readonly #crossing = new Crossing();
  /** What was read, and written, across threads since the last barrier. */
  readonly #reads = new Set<string>();
  readonly #writes = new Set<string>();
  readonly #lastWriter = new Map<string, number>();
  /** Places that are written piece by piece. */
  readonly #pieces = new Set<string>();

  constructor(
    private readonly layout: Layout,
    private readonly phase: PhaseLayout,
    private readonly index: number,
    private readonly places: Places,
    private readonly crossed: ReadonlySet<string>,
  ) {
    for (const [at, operation] of phase.part.operations.entries()) {
      if (!('out' in operation)) continue;
      this.#lastWriter.set(keyOf(operation.out.place), at);
      if (writtenUnits(operation) < widthOf(operation.out.place)) this.#pieces.add(keyOf(operation.out.place));
    }
  }

  /** @returns the lines of one step, closed by the barrier that the next step needs. */
  end(): readonly string[] {
    if (this.#reads.size + this.#writes.size > 0) this.#barrier();
    return this.#lines;
  }

  /** @param at position of the operation in the phase. */
  write(at: number): void {
    const operation = this.phase.part.operations[at]!;
    const crossing = this.#crossing.of(operation);
    this.#order(crossing, operation);
    this.#lines.push(`    // ${operation.code} ${'name' in operation ? operation.name : ''}`);
    if (operation.code === 'sumRows') this.#keep(operation, at);
    else if (operation.code === 'product') this.#product(operation, at);
    else if (operation.code === 'noise') this.#noise(operation, at);
    else if (operation.code === 'elementwise') this.#elementwise(operation, at, crossing);
    else this.#sum(operation, at);
    this.#crossing.written(operation);
    if ('out' in operation && this.crossed.has(keyOf(operation.out.place)))
      this.#writes.add(keyOf(operation.out.place));
  }

  #barrier(): void {
    this.#lines.push('    workgroupBarrier();');
    this.#reads.clear();
    this.#writes.clear();
  }

  /** A barrier before what reads across threads what was written since the last, or overwrites what was so read. */
  #order(crossing: readonly Operand[], operation: Operation): void {
    const keys = crossing.map(({ place }) => keyOf(place));
    const out = 'out' in operation ? keyOf(operation.out.place) : '';
    if (keys.some((key) => this.#writes.has(key)) || this.#reads.has(out)) this.#barrier();
    for (const key of keys) this.#reads.add(key);
  }

  #keep(operation: Of<'sumRows'>, at: number): void {
    const slot = this.phase.slots.get(keyOf(sumSlot(this.index, at, operation.width)))!;
    for (const unit of this.places.units(operation.width, 0))
      this.#lines.push(
        `    if (live) { ${unit.guard}{ ${this.places.slot(slot, unit.at)} = ${this.#value(operation.args[0], unit, 0)}; } }`,
      );
  }

  #product(operation: Of<'product'>, at: number): void {
    const { out, width, inner, accumulate } = operation;
    const matrix = this.layout.matrices.get(operation.matrix)!;
    const [arg] = operation.args;
    const input = this.places.anywhere(arg, 'k', this.#crossing.holds(arg));
    for (const unit of this.places.units(width, out.start)) {
      const to = this.places.register(out.place, unit.turn);
      const column = unitFrom(unit.at, out.start);
      this.#lines.push(
        `    ${unit.guard}{ var s = ${accumulate ? to : '0.0f'}; for (var k = 0u; k < ${inner}u; k++) { s = fma(weights[${matrix}u + k * ${width}u + ${column}], ${input}, s); } ${to} = s;${this.#share(operation, unit, at)} }`,
      );
    }
  }

  #sum(operation: Sum, at: number): void {
    const { out, width } = operation;
    const [arg] = operation.args;
    const entry = (k: string) => this.places.anywhere(arg, k, this.#crossing.holds(arg));
    const over = (from: number, body: string) => `for (var k = ${from}u; k < ${width}u; k++) { ${body} }`;
    for (const unit of this.places.units(1, out.start)) {
      const to = this.places.register(out.place, unit.turn);
      const text =
        operation.code === 'sum'
          ? `var s = 0.0f; ${over(0, `s += ${entry('k')};`)} ${to} = s;`
          : `var m = ${entry('0u')}; ${over(1, `m = max(m, ${entry('k')});`)} var s = 0.0f; ${over(0, `s += expOf(${entry('k')} - m);`)} ${to} = m + logOf(s);`;
      this.#lines.push(`    ${unit.guard}{ ${text}${this.#share(operation, unit, at)} }`);
    }
  }

  /** The values lie in storage: a pass before this one drew them. */
  #noise(operation: Of<'noise'>, at: number): void {
    const { region } = this.phase.draws.find((draw) => draw.operation === at)!;
    for (const unit of this.places.units(operation.width, operation.out.start)) {
      const to = this.places.register(operation.out.place, unit.turn);
      const value = this.places.slot(region, unitFrom(unit.at, operation.out.start));
      this.#lines.push(`    ${unit.guard}{ ${to} = ${value};${this.#share(operation, unit, at)} }`);
    }
  }

  #elementwise(operation: Elementwise, at: number, crossing: readonly Operand[]): void {
    const { out, width } = operation;
    const key = keyOf(out.place);
    // What reads across threads the very place that it writes reads everything first.
    const own = crossing.some(({ place }) => keyOf(place) === key);
    const later: string[] = [];
    for (const unit of this.places.units(width, out.start)) {
      const values = operation.args.map((arg) => this.#value(arg, unit, out.start));
      const set = `${this.places.register(out.place, unit.turn)} = ${spellings[operation.name](...values)};`;
      const share = this.#share(operation, unit, at);
      // A thread beyond a whole value may compute anything: nobody reads it. Only what it stores is guarded.
      const bare = width === widthOf(out.place) && crossing.every(({ repeated }) => repeated);
      if (own) {
        this.#lines.push(`    ${unit.guard}{ ${set} }`);
        later.push(`    ${unit.guard}{${share} }`);
      } else if (bare) {
        this.#lines.push(`    ${set}`);
        if (share !== '') this.#lines.push(`    ${unit.guard}{${share} }`);
      } else this.#lines.push(`    ${unit.guard}{ ${set}${share} }`);
    }
    if (own) {
      this.#barrier();
      this.#lines.push(...later);
    }
  }

  /** An operand at the unit that a thread computes. */
  #value(operand: Operand, { at, turn }: Unit, outStart: number): string {
    const { place, start, repeated } = operand;
    if (place.kind === 'constant') return literal(place.value);
    const held = this.#crossing.holds(operand);
    if (held && !repeated && start === outStart) return this.places.register(place, turn);
    return this.places.anywhere({ place, start: repeated ? start : 0, repeated }, unitFrom(at, outStart - start), held);
  }

  /** Puts a result where others look for it: workgroup memory, and storage once it is complete. */
  #share({ out }: Writing, { at, turn }: Unit, position: number): string {
    const key = keyOf(out.place);
    const register = this.places.register(out.place, turn);
    const tile = this.crossed.has(key) ? ` ${this.places.tile(out.place, at)} = ${register};` : '';
    const stores = out.place.kind === 'sequence' || out.place.kind === 'slot';
    if (!stores || !(this.#pieces.has(key) || this.#lastWriter.get(key) === position)) return tile;
    return `${tile} if (live) { ${this.places.stored(out.place, at)} = ${register}; }`;
  }
}

/** Units that an operation writes. */
function writtenUnits(operation: Writing): number {
  return operation.code === 'sum' || operation.code === 'logSumExp' ? 1 : operation.width;
}
