/** Parts and trials taken from the committed result of an earlier sitting. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { StudyResult } from '../result/study.js';
import { differences, type Printable, recompleted } from './identity.js';
import type { Part, PartExample, Trial } from './part.js';
import { readResult } from './read-result.js';

export interface Earlier {
  /** The part of a model and seed; undefined if the result has none. */
  part(model: string, seed: number): Part | undefined;
  /** The trial of these settings and seed; undefined if the result has none. */
  trial(settings: Printable, seed: number): Trial | undefined;
}

/** @throws InputError if the file is not a result of this study. */
export async function readEarlier(files: Files, path: string, study: string): Promise<Earlier> {
  const result = await readResult(files, path);
  if (result.name !== study)
    throw new InputError(
      `${path} is of the study "${result.name}", and this is "${study}"; give a result of the same study`,
    );
  const { data } = result;
  const { description: _, picture: __, ...shape } = data;
  return {
    part(model, seed) {
      const run = result.runs.find((own) => own.model === model && own.seed === seed);
      const described = result.models.find(({ id }) => id === model);
      if (run === undefined || described === undefined) return undefined;
      return {
        format: 'noisy-rnn/study-part',
        version: 2,
        settings: recompleted(described.settings),
        protocol: result.protocol,
        run,
        parameters: described.parameters,
        data: shape,
        examples: seed === 1 ? examplesOf(result, model) : [],
      };
    },
    trial(settings, seed) {
      for (const { candidates, seeds } of result.searches)
        for (const own of candidates) {
          const place = seeds.indexOf(seed);
          if (place < 0 || differences(recompleted(own.settings), settings).length > 0) continue;
          const [build = 'unknown'] = own.builds;
          return {
            ...{ format: 'noisy-rnn/study-trial', version: 1, settings, seed, build },
            ...{ accuracy: own.accuracies[place]!, loss: own.losses[place] ?? null, seconds: 0 },
          };
        }
      return undefined;
    },
  };
}

function examplesOf({ examples }: StudyResult, model: string): PartExample[] {
  return examples.flatMap(({ trueLabel, clean, predictions, perturbed }) => {
    const views = [{ kind: 'clean', strength: 0, values: clean, predictions }, ...perturbed];
    const own = views.map(({ predictions: all, ...view }) => ({ ...view, ...all[model]! }));
    return own.every(({ label }) => label !== undefined) ? [{ trueLabel, views: own }] : [];
  });
}
