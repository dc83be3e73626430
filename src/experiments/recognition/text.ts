/** The results as Markdown. */
import type { Interval } from '../../result/study.js';
import { type DataId, plan } from './plan.js';
import { modelIds, type RecognitionResult } from './study.js';

export function recognitionText({ data }: RecognitionResult): string {
  return Object.entries(data)
    .flatMap(([id, { points, claims, seeds }]) => [
      `## ${id}`,
      '',
      `${plan.data[id as DataId].says}. ${seeds.length} seeds.`,
      '',
      `| condition | ${modelIds.map((model) => `${model}: accuracy | until sure`).join(' | ')} |`,
      `| --- |${' --- | --- |'.repeat(modelIds.length)}`,
      ...plan.conditions.flatMap(({ id: condition }) => {
        const own = points.filter((point) => point.condition === condition);
        if (own.length === 0) return [];
        return [
          `| ${condition} | ${own.map(({ accuracy, untilSure }) => `${shown(accuracy)} | ${shown(untilSure)}`).join(' | ')} |`,
        ];
      }),
      '',
      ...claims.map(({ id: claim, difference, verdict }) => {
        const { says, measure } = plan.claims.find((own) => own.id === claim)!;
        return `- (${claim}) ${says}: **${verdict}**. ${measure}: ${difference.value.toFixed(3)} (${difference.low.toFixed(3)} to ${difference.high.toFixed(3)}).`;
      }),
      '',
    ])
    .join('\n');
}

function shown({ value, low, high }: Interval): string {
  return Number.isNaN(low) ? value.toFixed(3) : `${value.toFixed(3)} ± ${((high - low) / 2).toFixed(3)}`;
}
