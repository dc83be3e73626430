/**
 * What a run's numbers depend on. A run is known again by its settings, its seed, the data's shape and what it was scored
 * on. The engine build is recorded beside them, not part of them: another build rounds otherwise, so a run of it is another
 * draw of the same experiment, good for statistics and not for comparing bits.
 */
import type { StudyModel, StudyProtocol } from '../result/study.js';
import {
  type Configuration,
  checkConfiguration,
  completeConfiguration,
  type GivenConfiguration,
} from '../train/index.js';
import { builtInParts } from '../train/parts/parts.js';
import type { MeasurePlan, Study } from './study.js';

export type Printable = StudyModel['settings'];

/** Chosen anew for each run, or of no influence on its numbers. */
const UNPRINTED = new Set(['seed', 'engine', 'threads', 'dataDir', 'checkpointEvery']);

/** Settings that are lists of texts: printed as a flag takes them, an empty one as `none`. */
const LISTS: ReadonlySet<string> = new Set(['groups', 'freeze'] satisfies (keyof Configuration)[]);

export function printable(settings: Configuration): Printable {
  const entries = Object.entries(settings).flatMap(([name, value]): [string, string | number | boolean][] => {
    if (value === undefined || UNPRINTED.has(name)) return [];
    if (LISTS.has(name) && Array.isArray(value)) return [[name, value.join('; ') || 'none']];
    return [[name, typeof value === 'object' ? JSON.stringify(value) : value]];
  });
  return Object.fromEntries(entries);
}

/** Complete settings of the built-in cells. @throws InputError for settings that the trainer would refuse. */
export function complete(given: GivenConfiguration): Configuration {
  return completeConfiguration(given, builtInParts);
}

/** As printed earlier, with today's defaults for settings that did not exist then. */
export function recompleted(settings: Readonly<Printable>): Printable {
  const given = Object.entries(settings).filter(([name, value]) => !(LISTS.has(name) && value === 'none'));
  return printable(complete(checkConfiguration(Object.fromEntries(given), 'stored settings')));
}

export function protocolOf(study: Study): StudyProtocol {
  const { perturbations, perturbationSeeds, attacks, measures, parallel, streams } = study;
  const copy = (kinds: Study['perturbations']) =>
    kinds.map(({ kind, strengths }) => ({ kind, strengths: [...strengths] }));
  return {
    perturbations: copy(perturbations),
    perturbationSeeds,
    attacks: attacks === undefined ? null : { rows: attacks.rows, seeds: attacks.seeds, of: copy(attacks.of) },
    measures: measures === undefined ? null : orderedMeasures(measures),
    ...(parallel && {
      parallel: { lengths: [...parallel.lengths], streams: parallel.streams, most: parallel.most },
    }),
    ...(streams && { streams: { lengths: [...streams.lengths], streams: streams.streams } }),
  };
}

function orderedMeasures({ noise, trainingRows, testRows, seeds }: MeasurePlan): StudyProtocol['measures'] {
  return { noise, trainingRows, testRows, seeds };
}

/** The names of what differs, each with both values; empty if nothing does. */
export function differences(first: object, second: object): string[] {
  const [a, b] = [first, second] as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => `${name}: ${show(a[name])} there, ${show(b[name])} here`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
