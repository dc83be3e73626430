/** The parts that a run uses, written down as graphs at the sizes that its model has. */
import {
  type Model,
  noiseSituations,
  type TracedCell,
  type TracedNoise,
  traceCell,
  tracedCell,
  tracedNoise,
  traceNoise,
} from '../../model/index.js';
import type { Configuration } from '../configuration.js';
import { usedParts } from './collect.js';
import type { Part } from './kinds.js';
import { createParts, type OwnPart, type Parts, type TracedPart } from './parts.js';

/**
 * @param model as the parts themselves build it.
 * @returns the same parts, those that are expressions made of their graphs.
 * @throws InputError for a part that cannot be kept.
 */
export function tracedParts(settings: Configuration, parts: Parts, model: Model): Parts {
  return createParts(usedParts(settings, parts).map((own) => traced(own, model)));
}

function traced(own: OwnPart, model: Model): OwnPart {
  if (own.traces.length > 0 || 'unavailable' in own.part) return own;
  const traces = tracesOf(own, model);
  return traces.length === 0 ? own : { ...own, part: partOfTraces(traces), traces };
}

/** One for each size at which the model has the part. */
function tracesOf(own: OwnPart, model: Model): TracedPart[] {
  const found = new Map<string, TracedPart>();
  const situations = noiseSituations(model);
  for (const [place, { spec, inputs }] of model.layers.entries()) {
    const { units, cell, noise } = spec;
    if (own.kind === 'cell' && cell.name === own.name)
      found.set(`${units} ${inputs}`, traceCell(cell, units, inputs, model.spec.channels));
    if (own.kind === 'noise' && noise.part === 'noise' && noise.name === own.name && noise.kind !== 'inside')
      found.set(`${units} ${inputs} ${cell.name}`, traceNoise(noise, units, situations[place]!));
  }
  return [...found.values()];
}

/** The part that traces of one kind describe. @throws InputError for graphs that are malformed. */
export function partOfTraces(traces: readonly TracedPart[]): Part {
  const [first] = traces;
  return first?.kind === 'noise'
    ? tracedNoise(traces as readonly TracedNoise[])
    : tracedCell(traces as readonly TracedCell[]);
}
