import type { StudyResult } from '../../result/study.js';
import { perturbationKinds } from '../conditions.js';
import { robustnessCurves } from '../figures/robustness.js';
import { type Html, NOTHING } from '../html.js';
import { attackNotes } from './attacks.js';
import { section } from './section.js';

/** Accuracy against the strength of each perturbation. */
export async function robustnessSection(result: StudyResult): Promise<Html> {
  if (perturbationKinds(result).length === 0) return NOTHING;
  return section('robustness', 'Accuracy under perturbation', await robustnessCurves(result), attackNotes(result));
}
