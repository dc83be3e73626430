/**
 * P(|T| ≤ t) of Student's distribution with ν degrees of freedom, as a function of θ = arctan(t/√ν): a finite sum.
 * Abramowitz & Stegun, *Handbook of Mathematical Functions*, 26.7.3 and 26.7.4.
 */
function centralProbability(theta: number, freedom: number): number {
  const sine = Math.sin(theta);
  const cosine = Math.cos(theta);
  const odd = freedom % 2 === 1;
  // The powers of the cosine run over 1, 3, …, ν − 2 for odd ν, and over 0, 2, …, ν − 2 for even ν.
  let term = odd ? cosine : 1;
  let sum = 0;
  for (let power = odd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cosine ** 2;
  }
  return odd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}

/**
 * The t that |T| stays below with the given probability: 12.706 at 0.95 with one degree of freedom, 1.960 with many.
 * @param probability in (0, 1).
 * @param freedom degrees of freedom, a whole number from 1.
 * @throws RangeError outside of these.
 */
export function studentQuantile(probability: number, freedom: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`studentQuantile: probability ${probability}`);
  if (!Number.isSafeInteger(freedom) || freedom < 1) throw new RangeError(`studentQuantile: ${freedom} degrees`);
  let low = 0;
  let high = Math.PI / 2;
  // Halving to the last bit of a double: the probability rises with θ, and the search cannot fail.
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (centralProbability(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan(high);
}
