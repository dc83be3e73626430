/** A work's contenders as lines of text. */

/** @param ours and peers results of `alternate`; ratios are the contender's time to each of ours. */
export function formatBlock(title, results, peers) {
  const own = results.filter((result) => !peers.includes(result));
  const header = ['', 'seconds', '± %', 'MB', ...own.map(({ name }) => `÷ ${name}`)];
  const lines = results.map((result) => [
    result.name,
    formatSeconds(result.seconds),
    (100 * result.spread).toFixed(1),
    result.peakMegabytes.toFixed(0),
    ...own.map(({ seconds }) => (result.seconds / seconds).toFixed(2)),
  ]);
  const fastest = peers.reduce((best, peer) => (best === null || peer.seconds < best.seconds ? peer : best), null);
  const summary = fastest === null ? [] : [`  fastest peer: ${fastest.name}`];
  return ['', title, ...align([header, ...lines]), ...summary].join('\n');
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
