import type { Engine, MemoryPlan } from '../engine/engine.js';
import { bind } from './bind.js';
import type { Model } from './model.js';
import { buildVerb } from './objective.js';

/** A batch's size and what is to be computed of it. */
export interface PlannedWork {
  readonly verb: 'gradient' | 'logits';
  readonly rows: number;
  readonly steps: number;
  readonly noisy: boolean;
}

/** What one call will hold in the engine's memory, without running it; null where the engine does not plan. */
export function planMemory(model: Model, engine: Engine, { verb, rows, steps, noisy }: PlannedWork): MemoryPlan | null {
  const { program, requests } = buildVerb(model, verb, { noisy, masked: false, state: 'initial' });
  const { plan } = engine.compile(program, requests);
  if (plan === undefined) return null;
  const inputs = new Float32Array(model.spec.inputs);
  const { carries = {} } = bind(model, { rows: 1, steps: 1, inputs, labels: [0] }, verb === 'gradient');
  return plan({ rows, steps, carries: Object.keys(carries) });
}
