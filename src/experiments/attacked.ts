/** Accuracy under attack, and under random signs of the same radius, all on the same rows. */
import { applyPreprocessing, type SequenceTable, selectRows } from '../data/index.js';
import { attacks, findPerturbation } from '../perturb/index.js';
import type { StudyRun } from '../result/study.js';
import { type EvaluateRequest, evaluateAttacks, score } from '../train/index.js';
import { evenly } from './measures.js';
import { type AttackPlan, conditionsOf } from './study.js';

type Trained = Pick<EvaluateRequest, 'objective' | 'parameters' | 'preprocessing' | 'signal'>;

/** The first entry is `clean`, strength 0. */
export async function attackedAccuracies(
  trained: Trained,
  test: SequenceTable,
  { rows, of }: AttackPlan,
): Promise<StudyRun['attacks']> {
  const { objective, parameters, preprocessing, signal } = trained;
  const table = selectRows(test, evenly(test.rows, rows));
  const accuracyOf = async (own: SequenceTable) =>
    (await score(objective, parameters, applyPreprocessing(own, preprocessing), { signal })).accuracy;
  const found: StudyRun['attacks'] = [{ kind: 'clean', strength: 0, accuracy: await accuracyOf(table) }];
  for (const { kind, strength } of conditionsOf(of)) {
    const accuracy = attacks.has(kind)
      ? (await evaluateAttacks({ ...trained, table, attacks: [{ kind, strengths: [strength] }] }))[0]!.accuracy
      : await accuracyOf(findPerturbation(kind).apply(table, strength, 1, preprocessing));
    found.push({ kind, strength, accuracy });
  }
  return found;
}
