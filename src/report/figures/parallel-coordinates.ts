import type { SweepArm, SweepDimension, SweepResult } from '../../result/sweep.js';
import { PANEL_WIDTH } from './chart.js';
import { type Chart, quantity, shortly } from './labelled.js';

/** How far an arm came; later ones are drawn over earlier ones. */
const looks = [
  { name: 'stopped early', stroke: 'var(--rule)', width: 1 },
  { name: 'trained to the end', stroke: 'var(--series-2)', width: 1.5 },
  { name: 'best', stroke: 'var(--series-1)', width: 3 },
] as const;

const lookOf = ({ best }: SweepResult, arm: SweepArm): number =>
  arm.arm === best?.arm ? 2 : arm.status === 'completed' ? 1 : 0;

/** Accuracy after the last rung that an arm was trained to, mean over seeds; null where it diverged or never began. */
export function reachedAccuracy({ rungs }: SweepArm): number | null {
  const last = rungs.at(-1)?.accuracies ?? [null];
  if (last.some((value) => value === null)) return null;
  return (last as number[]).reduce((sum, value) => sum + value, 0) / last.length;
}

/** Where a value stands on its axis, 0 to 1. */
function shareOf({ kind, low, high, choices }: SweepDimension, value: string | number): number {
  if (kind === 'choice') return choices!.length < 2 ? 0.5 : choices!.indexOf(String(value)) / (choices!.length - 1);
  const scale = kind === 'log' ? Math.log : (own: number) => own;
  return (scale(Number(value)) - scale(low!)) / (scale(high!) - scale(low!));
}

/** One axis a setting and one of the accuracy; a line an arm. */
export function parallelChart(result: SweepResult): Chart {
  const names = [...result.dimensions.map(({ name }) => name), 'validation accuracy'];
  const scored = result.arms.flatMap((arm) => {
    const accuracy = reachedAccuracy(arm);
    return accuracy === null ? [] : [{ arm, accuracy, look: lookOf(result, arm) }];
  });
  const accuracies = scored.map(({ accuracy }) => accuracy);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const accuracyShare = (value: number) => (high === low ? 0.5 : (value - low) / (high - low));
  const rows = scored
    .sort((first, second) => first.look - second.look)
    .flatMap(({ arm, accuracy, look }) =>
      names.map((name, axis) => ({
        ...{ axis, name, arm: `${look}-${String(arm.arm).padStart(6, '0')}`, look: looks[look]!.name },
        share:
          axis < result.dimensions.length
            ? shareOf(result.dimensions[axis]!, arm.values[name]!)
            : accuracyShare(accuracy),
      })),
    );
  const ends = result.dimensions.flatMap(({ name, kind, low: from, high: to, choices }) =>
    kind === 'choice'
      ? choices!.map((choice, index) => ({
          name,
          text: short(choice),
          share: choices!.length < 2 ? 0.5 : index / (choices!.length - 1),
        }))
      : [
          { name, text: shortly(from!), share: 0 },
          { name, text: shortly(to!), share: 1 },
        ],
  );
  const labels = [
    ...ends,
    { name: names.at(-1)!, text: shortly(low), share: 0 },
    { name: names.at(-1)!, text: shortly(high), share: 1 },
  ];
  const x = {
    field: 'name',
    type: 'nominal' as const,
    sort: names,
    title: null,
    scale: { type: 'point' as const, padding: 0.4 },
    axis: { labelAngle: 0, labelOverlap: false as const, labelLimit: 150, grid: true, domain: false, ticks: false },
  };
  const y = quantity('share', '', { scale: { domain: [-0.04, 1.04], nice: false } });
  const hidden = { ...y, title: null, axis: null };
  return {
    name: 'Settings and accuracy, an arm a line',
    description: `${scored.length} arms over ${names.slice(0, -1).join(', ')}; accuracies from ${shortly(low)} to ${shortly(high)}.`,
    spec: {
      width: Math.max(PANEL_WIDTH, 150 * names.length),
      height: 320,
      autosize: { type: 'fit', contains: 'padding' },
      data: { values: rows },
      layer: [
        ...looks.map((look) => ({
          transform: [{ filter: { field: 'look', equal: look.name } }],
          mark: { type: 'line' as const, stroke: look.stroke, strokeWidth: look.width },
          encoding: {
            x,
            y: hidden,
            detail: { field: 'arm', type: 'nominal' as const },
            order: { field: 'axis', type: 'quantitative' as const },
          },
        })),
        {
          data: { values: labels },
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, fill: 'var(--ink)' },
          encoding: { x, y: hidden, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}

/** One setting against the accuracy that its arms reached. */
export function sliceChart(result: SweepResult, dimension: SweepDimension): Chart {
  const { name, kind } = dimension;
  const values = result.arms.flatMap((arm) => {
    const accuracy = reachedAccuracy(arm);
    return accuracy === null ? [] : [{ x: arm.values[name]!, accuracy, look: lookOf(result, arm) }];
  });
  const x =
    kind === 'choice'
      ? {
          field: 'x',
          type: 'nominal' as const,
          title: name,
          sort: dimension.choices,
          axis: { labelAngle: -35, labelLimit: 120, labelOverlap: false as const },
        }
      : quantity('x', name, {
          scale: { ...(kind === 'log' ? { type: 'log' as const } : { zero: false }), nice: false, padding: 12 },
        });
  const y = quantity('accuracy', 'validation accuracy', { scale: { zero: false } });
  return {
    name: `Slice: ${name}`,
    description: `Validation accuracy against ${name}, a point an arm.`,
    spec: {
      width: PANEL_WIDTH,
      height: 230,
      autosize: { type: 'fit', contains: 'padding' },
      data: { values },
      layer: looks.map((look, index) => ({
        transform: [{ filter: `datum.look === ${index}` }],
        mark: {
          type: 'point' as const,
          shape: 'circle',
          fill: look.stroke,
          stroke: 'var(--ink)',
          strokeWidth: 0.5,
          size: 40 + 30 * index,
          opacity: 1,
        },
        encoding: { x, y },
      })),
    },
  };
}

function short(text: string): string {
  return text.length > 18 ? `${text.slice(0, 17)}…` : text;
}
