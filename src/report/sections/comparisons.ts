import type { StudyComparison, StudyOverallComparison, StudyResult } from '../../result/study.js';
import { isClean, kindText, modelLabel, strengthLabel } from '../conditions.js';
import { formatCount, formatDifference, formatDifferenceRange, formatFixed } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { groupRow, scrollable, section } from './section.js';

/** Differences of accuracy between two models trained from the same seeds, grouped by pair. */
export function comparisonsSection(result: StudyResult): Html {
  if (result.comparisons.length === 0) return NOTHING;
  const pairs = [
    ...new Map(result.comparisons.map((each) => [JSON.stringify([each.first, each.second]), each])).values(),
  ];
  return section(
    'comparisons',
    'Paired comparisons',
    html`<p>Accuracy of the first model minus accuracy of the second, paired by training seed, with its 95 % interval. The claim is that the
first is better: <em>supported</em> if the interval lies above zero, <em>contradicted</em> below. <em>Detectable</em>: the true difference that such a comparison would find in 80 of 100
studies, (t<sub>0.975</sub> + t<sub>0.80</sub>) times the standard error.</p>`,
    pairsTable(result, pairs.slice(0, 1), 'The pair of the question'),
    pairs.length < 2
      ? NOTHING
      : html`<details><summary>Other pairs (${pairs.length - 1})</summary>${pairsTable(result, pairs.slice(1), 'Other pairs')}</details>`,
  );
}

function pairsTable(result: StudyResult, pairs: readonly StudyComparison[], label: string): Html {
  return scrollable(
    label,
    html`<table class="figures">
<thead><tr><th scope="col">Input</th><th scope="col">Difference</th><th scope="col">Detectable</th><th scope="col" class="words">Verdict</th></tr></thead>
${pairs.map((pair) => pairBody(result, pair))}
</table>`,
  );
}

function pairBody(result: StudyResult, { first, second }: StudyComparison): Html {
  const isOwn = (each: StudyOverallComparison) => each.first === first && each.second === second;
  const overall = result.overallComparisons.filter(isOwn);
  return html`<tbody>
${groupRow(`${modelLabel(result, first)} − ${modelLabel(result, second)}`, 4)}
${overall.map((row) => comparisonRow(result, row, html`mean over all perturbations`))}
${result.comparisons.filter(isOwn).map((row) => comparisonRow(result, row, inputText(row)))}
</tbody>`;
}

function inputText(comparison: StudyComparison): Html {
  const strength = isClean(comparison) ? NOTHING : html`<small>${strengthLabel(comparison)}</small>`;
  return html`${kindText(comparison.kind).label}${strength}`;
}

function comparisonRow(result: StudyResult, comparison: StudyOverallComparison, input: Html): Html {
  const { difference } = comparison;
  return html`<tr><th scope="row">${input}</th>
<td>${formatDifference(difference.value)}<small>${formatDifferenceRange(difference)}</small></td>
<td>${formatFixed(comparison.detectable, 4)}</td>
<td class="words">${verdict(result, comparison)}<small>${formatCount(difference.count)} ${difference.count === 1 ? 'seed' : 'seeds'}</small></td></tr>`;
}

function verdict(result: StudyResult, { first, second, verdict }: StudyOverallComparison): Html {
  if (verdict === 'inconclusive') return html`<span class="unclear">inconclusive</span>`;
  const better = modelLabel(result, verdict === 'supported' ? first : second);
  return html`<strong>${verdict}</strong>: ${better} better`;
}
