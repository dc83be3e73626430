const levels = '▁▂▃▄▅▆▇█';

/** A curve as a line of text, the lowest value the lowest block; a value that is missing is a blank. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const level = (value: number) => (span === 0 ? 0 : Math.round(((value - low) / span) * (levels.length - 1)));
  return values.map((value) => (Number.isFinite(value) ? levels[level(value)] : ' ')).join('');
}
