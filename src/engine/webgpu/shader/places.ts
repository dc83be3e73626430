/** How a shader names the places of a tape: registers, workgroup memory, storage. */

import type { Operand, Place } from '../../tape/tape.js';
import { keyOf } from '../../tape/tape.js';
import { type Layout, type PhaseLayout, widthOf } from '../layout.js';
import { literal } from './spellings.js';

/** A unit of those that a thread has: its number as text, which of the thread's it is, and the test that the thread has it at all. */
export interface Unit {
  readonly at: string;
  readonly turn: number;
  /** `if (…) ` or nothing. */
  readonly guard: string;
}

export class Places {
  readonly #names = new Map<string, string>();
  readonly #tiles = new Map<string, number>();
  #tileWords = 0;

  constructor(
    private readonly layout: Layout,
    private readonly phase: PhaseLayout,
    /** Units of the widest place. */
    private readonly widest: number,
  ) {}

  /** Words of workgroup memory named so far. */
  get tileWords(): number {
    return this.#tileWords;
  }

  register(place: Place, turn: number): string {
    const key = keyOf(place);
    if (!this.#names.has(key)) this.#names.set(key, `v${this.#names.size}`);
    return `${this.#names.get(key)}_${turn}`;
  }

  /** In workgroup memory. */
  tile(place: Place, unit: string): string {
    const key = keyOf(place);
    let at = this.#tiles.get(key);
    if (at === undefined) {
      at = this.#tileWords;
      this.#tiles.set(key, at);
      this.#tileWords += this.phase.tileRows * widthOf(place);
    }
    return `tile[${at}u + r * ${widthOf(place)}u + ${unit}]`;
  }

  carry(name: string, unit: string): string {
    const { offset, width } = this.layout.carries.get(name)!;
    return `work[${offset}u + row * ${width}u + ${unit}]`;
  }

  /** A sequence or a slot, at the step. */
  stored(place: Place, unit: string): string {
    if (place.kind === 'slot') return this.slot(this.phase.slots.get(keyOf(place))!, unit);
    if (place.kind !== 'sequence') throw new Error(`${keyOf(place)} does not lie in storage`);
    const given = this.layout.given.get(place.name);
    if (given !== undefined)
      return `given[${given.offset}u + (row * ${this.layout.steps}u + step) * ${given.width}u + ${unit}]`;
    const { offset, width, segmented } = this.layout.written.get(place.name)!;
    return `work[${offset}u + ((step${segmented ? ' - job.base' : ''}) * ${this.layout.rows}u + row) * ${width}u + ${unit}]`;
  }

  /** What is kept for a chunk. */
  slot({ offset, width }: { readonly offset: number; readonly width: number }, unit: string): string {
    return `work[${offset}u + ((step - job.first) * ${this.layout.rows}u + row) * ${width}u + ${unit}]`;
  }

  /** Any unit of an operand that a thread need not have. */
  anywhere({ place, start, repeated }: Operand, unit: string, held: boolean): string {
    if (place.kind === 'constant') return literal(place.value);
    const at = repeated ? `${start}u` : start === 0 ? unit : `(${unit} + ${start}u)`;
    if (place.kind === 'vector') return `weights[${this.layout.vectors.get(place.name)!}u + ${at}]`;
    return held ? this.tile(place, at) : this.stored(place, at);
  }

  /** The units start … start + width − 1, as threads have them. */
  units(width: number, start: number): Unit[] {
    const { lanes } = this.phase;
    const units: Unit[] = [];
    for (let turn = 0; turn < Math.ceil(this.widest / lanes); turn++) {
      const from = turn * lanes;
      if (from >= start + width || from + lanes <= start) continue;
      const at = turn === 0 ? 'lane' : `(lane + ${from}u)`;
      const tests = [
        ...(from < start ? [`${at} >= ${start}u`] : []),
        ...(from + lanes > start + width ? [`${at} < ${start + width}u`] : []),
      ];
      units.push({ at, turn, guard: tests.length === 0 ? '' : `if (${tests.join(' && ')}) ` });
    }
    return units;
  }
}

/** `unit − start` as text. */
export function unitFrom(unit: string, start: number): string {
  return start === 0 ? unit : start > 0 ? `(${unit} - ${start}u)` : `(${unit} + ${-start}u)`;
}
