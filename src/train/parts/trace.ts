/** The parts that a run uses, written down as graphs at the sizes that its model has. */
import { type Model, traceCell, tracedCell } from '../../model/index.js';
import type { Configuration } from '../configuration.js';
import { usedParts } from './collect.js';
import { createParts, type OwnPart, type Parts } from './parts.js';

/**
 * @param model as the parts themselves build it.
 * @returns the same parts, those that are expressions made of their graphs.
 * @throws InputError for a part that cannot be kept.
 */
export function tracedParts(settings: Configuration, parts: Parts, model: Model): Parts {
  return createParts(usedParts(settings, parts).map((own) => traced(own, model)));
}

function traced(own: OwnPart, model: Model): OwnPart {
  if (own.traces.length > 0 || own.kind !== 'cell') return own;
  const sizes = new Map<string, { units: number; inputs: number }>();
  for (const { spec, inputs } of model.layers)
    if (spec.cell === own.part) sizes.set(`${spec.units} ${inputs}`, { units: spec.units, inputs });
  const traces = [...sizes.values()].map(({ units, inputs }) =>
    traceCell(own.part as (typeof model.layers)[number]['spec']['cell'], units, inputs, model.spec.channels),
  );
  return traces.length === 0 ? own : { ...own, part: tracedCell(traces), traces };
}
