import type { StudyResult } from '../../result/study.js';
import { learningCurves } from '../figures/learning-curves.js';
import { type Html, NOTHING } from '../html.js';
import { runsTable } from './runs.js';
import { section } from './section.js';

/** How training went. */
export async function curvesSection(result: StudyResult): Promise<Html> {
  if (result.runs.length === 0) return NOTHING;
  const trained = result.runs.some((run) => run.curve.length > 0);
  const figure = trained ? await learningCurves(result) : NOTHING;
  return section('training', 'Learning curves', figure, runsTable(result));
}
