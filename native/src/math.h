// Elementary functions of a vector of float32, to the same errors as assembly/math.ts, whose approximations these are: in
// units of ε = 2^−23 relative to the exact value. Written with explicit fused multiply-adds, so that every vector unit
// that has them gives the same bits.
#pragma once

namespace {

// The rational minimax approximation of tanh on [0, 8.9], x P(x²) / Q(x²), whose value at 8.9 rounds to 1; the
// coefficients were then adjusted for the rounding of their evaluation in float32.
/** tanh to 3 ε; odd, exactly ±1 from |x| = 8.9 on, never beyond. */
inline Floats tanhOf(Floats argument) {
  const Floats one = splat(1.0f), minusOne = splat(-1.0f);
  const Floats x = pmax(pmin(argument, splat(8.9f)), splat(-8.9f));
  const Floats z = mul(x, x);
  Floats p = madd(z, splat(1.359877543904986e-8f), splat(2.078864235954825e-5f));
  Floats q = madd(z, splat(7.877414418544504e-7f), splat(3.303637495264411e-4f));
  p = madd(z, p, splat(0.003506674896925688f));
  q = madd(z, q, splat(0.025919366627931595f));
  p = madd(z, p, splat(0.13390429317951202f));
  q = madd(z, q, splat(0.4672375023365021f));
  p = mul(madd(z, p, one), x);
  q = madd(z, q, one);
  return pmax(pmin(div(p, q), one), minusOne);
}

inline Floats powerOfTwo(Ints exponent) { return floats(left<23>(add(exponent, splat(127u)))); }

// ln 2 in two parts of which the first has 9 bits, the polynomial of Cephes' expf, and 1.5 · 2^23, which added to a small
// number leaves its nearest integer in the lowest bits.
/** exp to 2 ε where it is a normal float32; beyond it denormals to 0, and infinity. */
inline Floats expOf(Floats argument) {
  const Floats x = pmax(pmin(argument, splat(89.0f)), splat(-104.0f));
  const Floats magic = splat(12582912.0f);
  const Floats shifted = add(mul(x, splat(1.44269504088896341f)), magic);
  const Floats n = sub(shifted, magic);
  const Floats r = nmadd(n, splat(-2.12194440e-4f), nmadd(n, splat(0.693359375f), x));
  Floats p = madd(r, splat(1.9875691500e-4f), splat(1.3981999507e-3f));
  p = madd(r, p, splat(8.3334519073e-3f));
  p = madd(r, p, splat(4.1665795894e-2f));
  p = madd(r, p, splat(1.6666665459e-1f));
  p = madd(r, p, splat(5.0000001201e-1f));
  p = add(madd(mul(r, r), p, r), splat(1.0f));
  // 2^n may not be a float32 where the result is: two factors that are.
  const Ints integer = sub(bits(shifted), bits(magic));
  const Ints half = arithmeticRight<1>(integer);
  return mul(mul(p, powerOfTwo(half)), powerOfTwo(sub(integer, half)));
}

/** The logistic function 1 / (1 + e^−x), to 3 ε for x ≥ −87; below it falls to 0 at −88.7. */
inline Floats sigmoidOf(Floats x) {
  const Floats one = splat(1.0f);
  return div(one, add(one, expOf(floats(exclusive(bits(x), splat(0x80000000u))))));
}

// The minimax polynomial R of log(1 + g) = g − g²/2 + g³ R(g) on [√½ − 1, √2 − 1]; ln 2 in two parts.
/** The natural logarithm of value · 2^−shift, to 2 ε, for normal positive values and integer shifts. */
inline Floats logScaled(Floats value, Ints shift) {
  const Ints exponent = arithmeticRight<23>(sub(bits(value), bits(splat(0.70710677f))));
  const Floats g = sub(floats(sub(bits(value), left<23>(exponent))), splat(1.0f));
  const Floats e = convert(sub(exponent, shift));
  const Floats g2 = mul(g, g);
  const Floats g4 = mul(g2, g2);
  const Floats low = madd(g2, madd(g, splat(-0.16623357361754348f), splat(0.20001226880673903f)),
                          madd(g, splat(-0.25000821033887427f), splat(0.33333331707659114f)));
  const Floats high = madd(g2, madd(g, splat(-0.07634497905508147f), splat(0.1276157759369639f)),
                           madd(g, splat(-0.13160182132923293f), splat(0.1420175790721442f)));
  const Floats r = madd(g4, high, low);
  const Floats tail = madd(e, splat(-2.12194440e-4f), mul(mul(g, g2), r));
  return madd(e, splat(0.693359375f), add(g, madd(g2, splat(-0.5f), tail)));
}

/** The natural logarithm to 2 ε, denormals included; log 0 = −∞, log ∞ = ∞, NaN below 0. */
inline Floats logOf(Floats x) {
  const Floats infinity = floats(splat(0x7f800000u));
  const Floats zero = splat(0.0f);
  const Mask denormal = less(x, floats(splat(0x00800000u)));
  const Floats value = choose(denormal, mul(x, splat(8388608.0f)), x);
  const Ints shift = bits(choose(denormal, floats(splat(23u)), zero));
  Floats result = logScaled(value, shift);
  result = choose(less(x, infinity), result, x);
  result = choose(less(x, zero), floats(splat(0x7fc00000u)), result);
  return choose(equal(x, zero), floats(splat(0xff800000u)), result);
}

// Minimax polynomials of sin(πf/2) − f · fround(π/2) over f³ and of (cos(πf/2) − 1) over f².
/** sin(πf/2) for |f| ≤ ½, to 1 ε: f is a distance in quarter turns. */
inline Floats sinQuarter(Floats f) {
  const Floats z = mul(f, f);
  Floats p = madd(z, splat(-0.004604834195665836f), splat(0.07968141281129759f));
  p = madd(z, p, splat(-0.6459636301984152f));
  p = madd(z, p, splat(-4.371139000186241e-8f));
  return madd(f, splat(1.5707963705062866f), mul(f, p));
}

/** cos(πf/2) for |f| ≤ ½, to 1 ε. */
inline Floats cosQuarter(Floats f) {
  const Floats z = mul(f, f);
  Floats p = madd(z, splat(0.0009037665443839341f), splat(-0.020860165112039607f));
  p = madd(z, p, splat(0.25366922596558805f));
  p = madd(z, p, splat(-1.2337005425976726f));
  return madd(z, p, splat(1.0f));
}

// π/2 in two parts of which the first has 33 bits, so that its multiples by up to 2^20 are exact (fdlibm), and 2/π.
constexpr double kTurn[3] = {1.57079632673412561417, 6.07710050650619224932e-11, 0.63661977236758134308};

/** sin(x + turns · π/2). The argument is reduced in float64, as the nearest multiple of π/2 may be very near. */
inline Floats sinOfTurns(Floats x, uint32_t turns) {
  Ints nearest;
  Floats f;
  quarterTurns(x, kTurn, &nearest, &f);
  const Ints quarter = add(nearest, splat(turns));
  const Mask swapped = nonzero(left<31>(quarter));
  const Ints sign = both(left<30>(quarter), splat(0x80000000u));
  return floats(exclusive(bits(choose(swapped, cosQuarter(f), sinQuarter(f))), sign));
}

/** sin and cos to 2 ε for |x| ≤ 2^20 (sin: from 1e-30 on), to an absolute 2^−22 up to 2^30. */
inline Floats sinOf(Floats x) { return sinOfTurns(x, 0); }
inline Floats cosOf(Floats x) { return sinOfTurns(x, 1); }

/** log(1 + eˣ) as max(x, 0) + log(1 + e), e = e^−|x|, to 3 ε for x ≥ −87. What 1 + e loses of e is made up for by e / ((1 + e) − 1). */
inline Floats softplusOf(Floats x) {
  const Floats one = splat(1.0f), zero = splat(0.0f);
  const Floats e = expOf(floats(either(bits(x), splat(0x80000000u))));
  const Floats sum = add(one, e);
  const Floats kept = sub(sum, one);
  const Floats tail = choose(unequal(kept, zero), mul(logOf(sum), div(e, kept)), e);
  return add(choose(less(zero, x), x, zero), tail);
}

}  // namespace
