/** Several methods on several data sets, by ranks. */

export interface RankComparison {
  /** Mean rank of each method over the data sets, 1 the best; ties share their ranks. */
  readonly ranks: readonly number[];
  /** Friedman's statistic, about χ² with one degree of freedom less than there are methods. */
  readonly statistic: number;
  /** Mean ranks that differ by less cannot be told apart at 0.05 (Nemenyi). */
  readonly criticalDifference: number;
}

/** Studentised range at 0.05 over √2, by the number of methods from two on. Demšar, JMLR 2006, table 5a. */
const CRITICAL = [1.96, 2.343, 2.569, 2.728, 2.85, 2.949, 3.031, 3.102, 3.164];

/**
 * @param scores [data sets][methods], higher is better.
 * @throws RangeError for fewer than two methods, or more than ten.
 */
export function compareRanks(scores: readonly (readonly number[])[]): RankComparison {
  const methods = scores[0]!.length;
  const critical = CRITICAL[methods - 2];
  if (critical === undefined) throw new RangeError(`ranks of ${methods} methods; expected 2 to ${CRITICAL.length + 1}`);
  const sets = scores.length;
  const ranks = Array<number>(methods).fill(0);
  for (const row of scores)
    for (const [method, own] of row.entries()) {
      const better = row.filter((other) => other > own).length;
      const equal = row.filter((other) => other === own).length;
      ranks[method]! += (better + (equal + 1) / 2) / sets;
    }
  const squares = ranks.reduce((sum, rank) => sum + rank ** 2, 0);
  return {
    ranks,
    statistic: ((12 * sets) / (methods * (methods + 1))) * (squares - (methods * (methods + 1) ** 2) / 4),
    criticalDifference: critical * Math.sqrt((methods * (methods + 1)) / (6 * sets)),
  };
}
