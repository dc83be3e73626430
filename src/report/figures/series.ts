/** How a model is drawn: told apart by dash and shape as well as by colour. */
export interface SeriesLook {
  /** A CSS value that follows the page's light or dark scheme. */
  colour: string;
  dash: number[];
  shape: string;
}

/** Number of `--series-…` colours that the style sheet defines. */
export const SERIES_COLOURS = 6;

const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [9, 3, 2, 3],
  [12, 4],
];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right'];

/** The name of a model's marks in a chart, by which the page's script finds them. */
export function seriesName(index: number, mark: 'line' | 'bar' | 'point' | 'seeds'): string {
  return `series_${index}_${mark}`;
}

/** The look of the model at an index. Colours, dashes and shapes have coprime periods 6, 5 and 7: 210 differ. */
export function seriesLook(index: number): SeriesLook {
  return {
    colour: `var(--series-${(index % SERIES_COLOURS) + 1})`,
    dash: DASHES[index % DASHES.length] ?? [1, 0],
    shape: SHAPES[index % SHAPES.length] ?? 'circle',
  };
}
