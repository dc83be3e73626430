/** Test sequences to look at, and what a model makes of them. */
import { applyPreprocessing, type SequenceTable, selectRows } from '../data/index.js';
import { findPerturbation } from '../perturb/index.js';
import type { StudyExample } from '../result/study.js';
import { predict } from '../train/index.js';
import type { Part, PartExample } from './part.js';
import type { Condition, Study } from './study.js';

const CLEAN: Condition = { kind: 'clean', strength: 0 };
/** All examples are perturbed with this seed, for every model alike. */
const SEED = 1;

type Predictor = Parameters<typeof predict>[0];

/** Predictions of the first rows of each class: chosen by their place in the file, not by what comes out. */
export async function examplesOf(
  plan: Study['examples'],
  model: Predictor,
  test: SequenceTable,
): Promise<PartExample[]> {
  const { classes } = model.preprocessing;
  // As indices: a file may write a class in several ways.
  const labels = Array.from(applyPreprocessing(test, model.preprocessing).labels ?? []);
  const rows = classes.flatMap((_, own) =>
    labels.flatMap((label, row) => (label === own ? [row] : [])).slice(0, plan.perClass),
  );
  if (rows.length === 0) return [];
  const chosen = selectRows(test, rows);
  const views = await Promise.all(
    [CLEAN, ...plan.perturbations].map(async (condition) => {
      const table = disturbed(chosen, condition, model);
      return { condition, table, predictions: await predict(model, table) };
    }),
  );
  const width = test.steps * test.channels;
  return rows.map((row, index) => ({
    trueLabel: classes[labels[row]!]!,
    views: views.map(({ condition, table, predictions }) => ({
      ...condition,
      values: Array.from(table.values.subarray(index * width, (index + 1) * width)),
      label: predictions.labels[index]!,
      probability: largestProbability(predictions.logits[index]!),
    })),
  }));
}

function disturbed(table: SequenceTable, { kind, strength }: Condition, { preprocessing }: Predictor): SequenceTable {
  return kind === CLEAN.kind ? table : findPerturbation(kind).apply(table, strength, SEED, preprocessing);
}

/** Softmax's largest entry. */
function largestProbability(logits: readonly number[]): number {
  const largest = Math.max(...logits);
  return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
}

/** The same sequences as several models see them. @param parts one a model, of one seed. */
export function joinExamples(parts: readonly Part[]): StudyExample[] {
  const [any] = parts;
  return (any?.examples ?? []).map(({ trueLabel, views }, example) => {
    const predictionsOf = (view: number): StudyExample['predictions'] =>
      Object.fromEntries(
        parts.map(({ run, examples }) => {
          const { label, probability } = examples[example]!.views[view]!;
          return [run.model, { label, probability }];
        }),
      );
    const [clean, ...perturbed] = views;
    return {
      trueLabel,
      clean: [...clean!.values],
      predictions: predictionsOf(0),
      perturbed: perturbed.map(({ kind, strength, values }, index) => ({
        kind,
        strength,
        values: [...values],
        predictions: predictionsOf(index + 1),
      })),
    };
  });
}
