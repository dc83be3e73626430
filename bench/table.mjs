/** A work's contenders as lines of text. */

/**
 * @param block `results` of `alternate`, those of `peers` and the `fastest` of these (or null), and our `rows` with their bounds. Ratios are the
 *   contender's time to each of ours.
 */
export function formatBlock(title, { results, peers, fastest, rows }) {
  const own = results.filter((result) => !peers.includes(result));
  const header = ['', 'seconds', '± %', 'rounds', 'MB', ...own.map(({ name }) => `÷ ${name}`)];
  const lines = results.map((result) => [
    result.name,
    formatSeconds(result.seconds),
    (100 * result.spread).toFixed(1),
    String(result.rounds.length),
    result.peakMegabytes.toFixed(0),
    ...own.map(({ seconds }) => (result.seconds / seconds).toFixed(2)),
  ]);
  const summary = fastest === null ? [] : [`  fastest peer: ${fastest.name}`];
  return ['', title, ...align([header, ...lines]), ...summary, ...formatBounds(rows)].join('\n');
}

/** The least time on each executor, and what it would make of the ratio to the fastest peer. */
function formatBounds(rows) {
  const bounded = rows.filter(({ bound }) => bound !== null);
  if (bounded.length === 0) return [];
  const header = ['at most', 'GFLOP', 'GFLOP/s', 'products', 'noise', 'together', 'reached', 'fastest peer ÷'];
  const lines = bounded.map(({ engine, threads, seconds, bound }) => [
    `${engine}, ${threads}`,
    (bound.flops / 1e9).toPrecision(3),
    (bound.peakFlopsPerSecond / 1e9).toPrecision(3),
    ...[bound.products, bound.noise, bound.seconds].map((part) => (part === 0 ? '–' : formatSeconds(part))),
    `${((100 * bound.seconds) / seconds).toFixed(0)} %`,
    bound.ratio?.toFixed(2) ?? '–',
  ]);
  return align([header, ...lines]);
}

function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])));
    return `  ${cells.join('  ')}`;
  });
}

export function formatSeconds(seconds) {
  return seconds < 0.1 ? `${(1000 * seconds).toPrecision(3)} ms` : `${seconds.toFixed(3)} s`;
}
