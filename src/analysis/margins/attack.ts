/**
 * Upper bounds on the margin: the smallest successful l2 attack found, every success checked by running the model.
 *
 * 1. A walk on linearised boundaries: δ ← g (gᵀδ − m)/‖g‖² with m = z_y − z_j and g = ∇m at x + δ, whose fixed points
 *    are nearest points of the boundary (Hasofer & Lind 1974; DeepFool, Moosavi-Dezfooli et al., CVPR 2016).
 * 2. A line search along each δ for the smallest multiple that succeeds.
 * 3. Projected gradient descent (Madry et al., ICLR 2018) inside a ball a little smaller than the best so far.
 */
import { createGenerator } from '../../random/index.js';
import type { Progress } from '../estimate.js';
import { type Classifier, rivals } from './classifier.js';
import { nearestRivals } from './linearised.js';

export interface AttackOptions {
  /** Classes walked towards, the nearest to first order; 3 unless given. */
  readonly targets?: number;
  /** Steps of each walk; 10 unless given. */
  readonly walk?: number;
  /** Rounds of projected gradient descent, each of `steps`; 3 of 10 unless given. */
  readonly rounds?: number;
  readonly steps?: number;
  readonly seed?: number;
  readonly progress?: Progress;
}

export interface AttackResult {
  /** [rows]: norm of the smallest successful perturbation; 0 when misclassified; Infinity where none was found. */
  readonly radii: Float64Array;
  /** [rows, width]: the perturbations; zero where there is none. */
  readonly perturbations: Float64Array;
}

const halvings = 40;
const doublings = 8;
/** Each round of descent looks inside a ball smaller by this factor. */
const shrink = 0.97;

export async function smallestAttack(classifier: Classifier, options: AttackOptions = {}): Promise<AttackResult> {
  const { walk = 10, rounds = 3, steps = 10, seed = 0, progress } = options;
  const targets = Math.min(options.targets ?? 3, classifier.classes - 1);
  const attack = new Attack(classifier);
  await attack.begin();
  const total = targets * walk + rounds * steps;
  const order = await nearestRivals(classifier);
  for (let rank = 0; rank < targets; rank++) {
    attack.restart();
    for (let at = 0; at < walk; at++) {
      await attack.walkStep(order.map((rivalsOfRow) => rivalsOfRow[rank]!));
      progress?.(rank * walk + at + 1, total);
    }
    await attack.search();
  }
  const generator = createGenerator(seed, 'attack');
  for (let round = 0; round < rounds; round++) {
    // The first round refines the best found; the others start elsewhere on the sphere.
    attack.enterBall(round === 0 ? null : () => generator.normal());
    for (let at = 0; at < steps; at++) {
      await attack.descend(2 / steps);
      progress?.(targets * walk + round * steps + at + 1, total);
    }
    await attack.search();
  }
  return { radii: attack.radii, perturbations: attack.best };
}

class Attack {
  readonly radii: Float64Array;
  readonly best: Float64Array;
  readonly #of: Classifier;
  readonly #current: Float64Array;

  constructor(classifier: Classifier) {
    this.#of = classifier;
    this.radii = new Float64Array(classifier.rows).fill(Number.POSITIVE_INFINITY);
    this.best = new Float64Array(classifier.inputs.length);
    this.#current = new Float64Array(classifier.inputs.length);
  }

  async begin(): Promise<void> {
    const { lead } = rivals(this.#of, await this.#of.logits(this.#of.inputs));
    for (const [row, own] of lead.entries()) if (own <= 0) this.radii[row] = 0;
  }

  #row(values: Float64Array, row: number): Float64Array {
    return values.subarray(row * this.#of.width, (row + 1) * this.#of.width);
  }

  /** Back to the samples themselves. */
  restart(): void {
    this.#current.fill(0);
  }

  /** Lead over the rivals given (the strongest unless given) at x + δ and its gradient; records successes. */
  async #linearise(chosen?: readonly number[]) {
    const { classes, labels, rows, inputs } = this.#of;
    const moved = inputs.map((value, i) => value + this.#current[i]!);
    const logits = await this.#of.logits(moved);
    const strongest = rivals(this.#of, logits);
    const weights = new Float64Array(rows * classes);
    const lead = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const [own, rival] = [row * classes + labels[row]!, row * classes + (chosen?.[row] ?? strongest.rival[row]!)];
      weights[own] = 1;
      weights[rival] = -1;
      lead[row] = logits[own]! - logits[rival]!;
      this.#record(row, this.#row(this.#current, row), strongest.lead[row]!);
    }
    return { lead, gradient: await this.#of.pullBack(moved, weights) };
  }

  /** One step of the walk towards each row's rival. */
  async walkStep(towards: readonly number[]): Promise<void> {
    const { lead, gradient } = await this.#linearise(towards);
    for (let row = 0; row < this.#of.rows; row++) {
      const [own, g] = [this.#row(this.#current, row), this.#row(gradient, row)];
      const square = inner(g, g);
      if (square === 0) continue;
      let factor = (inner(g, own) - lead[row]!) / square;
      // Where the gradient fades, the linearised boundary recedes: go no further than twice as far at a time.
      const reach = Math.abs(factor) * Math.sqrt(square);
      const before = Math.sqrt(inner(own, own));
      if (before > 0 && reach > 2 * before) factor *= (2 * before) / reach;
      for (let i = 0; i < own.length; i++) own[i] = factor * g[i]!;
    }
  }

  #record(row: number, perturbation: Float64Array, lead: number): void {
    const size = Math.sqrt(inner(perturbation, perturbation));
    if (lead > 0 || size >= this.radii[row]!) return;
    this.radii[row] = size;
    this.#row(this.best, row).set(perturbation);
  }

  async #leadAt(multiples: Float64Array): Promise<Float64Array> {
    const { inputs, width } = this.#of;
    const moved = inputs.map((value, i) => value + multiples[Math.floor(i / width)]! * this.#current[i]!);
    return rivals(this.#of, await this.#of.logits(moved)).lead;
  }

  /** The smallest multiple of each current perturbation that succeeds, by doubling and halving. */
  async search(): Promise<void> {
    const { rows } = this.#of;
    const high = new Float64Array(rows).fill(1);
    const low = new Float64Array(rows);
    const found = new Uint8Array(rows);
    for (let at = 0; at < doublings && found.includes(0); at++) {
      const lead = await this.#leadAt(high);
      for (let row = 0; row < rows; row++) {
        if (found[row] === 1) continue;
        if (lead[row]! <= 0) found[row] = 1;
        else {
          low[row] = high[row]!;
          high[row]! *= 2;
        }
      }
    }
    for (let at = 0; at < halvings; at++) {
      const middle = low.map((value, row) => (value + high[row]!) / 2);
      const lead = await this.#leadAt(middle);
      for (let row = 0; row < rows; row++) (lead[row]! <= 0 ? high : low)[row] = middle[row]!;
    }
    for (let row = 0; row < rows; row++)
      if (found[row] === 1)
        this.#record(
          row,
          this.#row(this.#current, row).map((value) => value * high[row]!),
          0,
        );
  }

  /** Puts each row inside a ball smaller than its best attack: scaled down from it, or at random. */
  enterBall(random: (() => number) | null): void {
    for (let row = 0; row < this.#of.rows; row++) {
      const own = this.#row(this.#current, row);
      if (random === null) own.set(this.#row(this.best, row));
      else for (let i = 0; i < own.length; i++) own[i] = random();
      this.#project(row, own);
    }
  }

  #project(row: number, own: Float64Array): void {
    const size = Math.sqrt(inner(own, own));
    const radius = this.#ball(row);
    if (size > 0) for (let i = 0; i < own.length; i++) own[i]! *= radius / size;
  }

  #ball(row: number): number {
    const radius = this.radii[row]!;
    return Number.isFinite(radius) ? shrink * radius : 1;
  }

  /** One normalised gradient step against the lead, `share` of the ball's radius long, back onto the sphere. */
  async descend(share: number): Promise<void> {
    const { gradient } = await this.#linearise();
    for (let row = 0; row < this.#of.rows; row++) {
      const [own, g] = [this.#row(this.#current, row), this.#row(gradient, row)];
      const size = Math.sqrt(inner(g, g));
      if (size === 0) continue;
      const radius = this.#ball(row);
      for (let i = 0; i < own.length; i++) own[i]! -= ((share * radius) / size) * g[i]!;
      this.#project(row, own);
    }
  }
}

function inner(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
