/** A program → a kernel that an executor of tapes runs. */
import { type Tensor, zeros } from '../../graph/index.js';
import type { Program, Requests } from '../../program/index.js';
import { checkInputs, signatureOf } from '../check-inputs.js';
import { compiled } from '../compiled.js';
import type { Kernel, RunInputs, RunOutputs, RunSize } from '../engine.js';
import { sharedStage } from '../shared-stage.js';
import { layOutShared } from './constants.js';
import { emit } from './emit.js';
import type { Placed } from './layout.js';
import { lower, maskSums, rowMask } from './lower.js';
import { planOf } from './plan.js';
import type { Target } from './target.js';
import type { Variant } from './variant.js';

/** What an engine brings. */
export interface Executor {
  readonly target: Target;
  /** Bytes that one worker may store for the way back; beyond it scans are checkpointed. */
  readonly budget: number;
  /** Workers, each with a workspace. */
  readonly workers: number;
  /** Bytes of what it makes of a placed tape, for plans. */
  programBytes(variant: Variant, placed: Placed): number;
  run(variant: Variant, placed: Placed, inputs: RunInputs): Promise<RunOutputs>;
}

/** Bytes that all workers together may store for the way back, unless told otherwise. */
export const usualBudget = 2 ** 30;

/** Sizes of batch whose placement is kept. */
const keptShapes = 8;

export function compileTape(whole: Program, requests: Requests, executor: Executor): Kernel {
  const { target, budget, workers } = executor;
  const { program, signature } = compiled(whole, requests);
  const variants = new Map<boolean, Variant>();
  const variantFor = (padded: boolean): Variant => {
    let variant = variants.get(padded);
    if (variant === undefined) {
      variant = makeVariant(padded ? maskSums(program) : program, requests, target);
      variants.set(padded, variant);
    }
    return variant;
  };
  return {
    program,
    plan: ({ rows, steps, carries = [] }) => {
      const variant = variantFor(rows % target.panelRows !== 0);
      const placed = placedFor(variant, { rows, steps, carries }, budget);
      return planOf(variant, placed, workers, executor.programBytes(variant, placed));
    },
    run: async (inputs) => {
      checkInputs(inputs, signature);
      const variant = variantFor(inputs.rows % target.panelRows !== 0);
      return executor.run(variant, placedFor(variant, sizeOf(inputs), budget), inputs);
    },
  };
}

function makeVariant(program: Program, requests: Requests, target: Target): Variant {
  const signature = signatureOf(program);
  const tape = lower(program, signature);
  return {
    ...{ program, signature, requests, target, tape },
    prepare: sharedStage(program.prepare, { overwrites: true }),
    finish: sharedStage(program.finish),
    shared: layOutShared(tape, target),
    totals: totalsOf(program),
    placed: new Map(),
  };
}

function totalsOf({ phases }: Program): Record<string, Tensor> {
  const nodes = phases.flatMap((part) => Object.entries(part.accumulators));
  return Object.fromEntries(nodes.map(([name, { shape }]) => [name, zeros(shape)]));
}

function sizeOf({ rows, steps, carries = {} }: RunInputs): Required<RunSize> {
  return { rows, steps, carries: Object.keys(carries) };
}

function placedFor(variant: Variant, { rows, steps, carries }: Required<RunSize>, budget: number): Placed {
  const key = `${rows} ${steps} ${carries}`;
  let placed = variant.placed.get(key);
  if (placed === undefined) {
    const { signature, tape, requests, shared, target } = variant;
    const given = carries
      .filter((name) => signature.carries.has(name))
      .concat(signature.carries.has(rowMask) ? [rowMask] : [])
      .sort();
    if (variant.placed.size >= keptShapes) variant.placed.clear();
    placed = emit(tape, signature, requests, shared, { rows, steps, given }, budget, target);
    variant.placed.set(key, placed);
  }
  return placed;
}
