// Elementary functions of four float32. Errors are relative to the exact value, ε = 2^−23, tested against float64.
// Constants are read from memory: V8 rebuilds splatted ones in every iteration of a loop, a broadcast load is cheaper.
// pmin and pmax keep a NaN in their first argument and are single instructions, which min and max are not.
import { madd, nmadd } from './simd';

@inline
export function constant(table: usize, index: usize): v128 {
  return v128.load32_splat(table + (index << 2));
}

// The rational minimax approximation of tanh on [0, 8.9], x P(x²) / Q(x²), whose value at 8.9 rounds to 1; the
// coefficients were then adjusted for the rounding of their evaluation in float32.
const TANH = memory.data<f32>([
  8.9, -8.9, 1, -1,
  0.13390429317951202, 0.003506674896925688, 2.078864235954825e-5, 1.359877543904986e-8,
  0.4672375023365021, 0.025919366627931595, 3.303637495264411e-4, 7.877414418544504e-7,
]);

/** tanh to 3 ε; odd, exactly ±1 from |x| = 8.9 on, never beyond. */
@inline
export function tanh(argument: v128): v128 {
  const one = constant(TANH, 2);
  const x = f32x4.pmax(f32x4.pmin(argument, constant(TANH, 0)), constant(TANH, 1));
  const z = f32x4.mul(x, x);
  let p = madd(z, constant(TANH, 7), constant(TANH, 6));
  let q = madd(z, constant(TANH, 11), constant(TANH, 10));
  p = madd(z, p, constant(TANH, 5));
  q = madd(z, q, constant(TANH, 9));
  p = madd(z, p, constant(TANH, 4));
  q = madd(z, q, constant(TANH, 8));
  p = f32x4.mul(madd(z, p, one), x);
  q = madd(z, q, one);
  return f32x4.pmax(f32x4.pmin(f32x4.div(p, q), one), constant(TANH, 3));
}

// log2 e, ln 2 in two parts of which the first has 9 bits, the polynomial of Cephes' expf, bounds of the argument, and
// 1.5 · 2^23, which added to a small number leaves its nearest integer in the lowest bits.
const EXP = memory.data<f32>([
  1.44269504088896341, 0.693359375, -2.12194440e-4,
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  89, -104, 12582912, 1,
]);
const BIAS = memory.data<i32>([127]);

/** exp to 2 ε where it is a normal float32; beyond it denormals to 0, and infinity. */
@inline
export function exp(argument: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(argument, constant(EXP, 9)), constant(EXP, 10));
  const magic = constant(EXP, 11);
  const shifted = f32x4.add(f32x4.mul(x, constant(EXP, 0)), magic);
  const n = f32x4.sub(shifted, magic);
  const r = nmadd(n, constant(EXP, 2), nmadd(n, constant(EXP, 1), x));
  let p = madd(r, constant(EXP, 3), constant(EXP, 4));
  p = madd(r, p, constant(EXP, 5));
  p = madd(r, p, constant(EXP, 6));
  p = madd(r, p, constant(EXP, 7));
  p = madd(r, p, constant(EXP, 8));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), constant(EXP, 12));
  // 2^n may not be a float32 where the result is: two factors that are.
  const integer = i32x4.sub(shifted, magic);
  const half = i32x4.shr_s(integer, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(integer, half)));
}

@inline
function powerOfTwo(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, constant(BIAS, 0)), 23);
}

/** The logistic function 1 / (1 + e^−x), to 3 ε for x ≥ −87; below it falls to 0 at −88.7. */
@inline
export function sigmoid(x: v128): v128 {
  const one = constant(EXP, 12);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

// The minimax polynomial R of log(1 + g) = g − g²/2 + g³ R(g) on [√½ − 1, √2 − 1], lowest power first; ln 2 in two
// parts; −½; 1; √½; bounds and the factor for denormals.
const LOG = memory.data<f32>([
  0.33333331707659114, -0.25000821033887427, 0.20001226880673903, -0.16623357361754348,
  0.1420175790721442, -0.13160182132923293, 0.1276157759369639, -0.07634497905508147,
  0.693359375, -2.12194440e-4, -0.5, 1, 0.70710677,
  Infinity, 1.1754943508222875e-38, 8388608, -Infinity,
]);
const LOG_WORDS = memory.data<i32>([23]);

/** The natural logarithm of value · 2^−shift, to 2 ε, for normal positive values and integer shifts. */
@inline
function logScaled(value: v128, shift: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(value, constant(LOG, 12)), 23);
  const g = f32x4.sub(i32x4.sub(value, i32x4.shl(exponent, 23)), constant(LOG, 11));
  return logOf(f32x4.convert_i32x4_s(i32x4.sub(exponent, shift)), g, LOG);
}

/** e · ln 2 + log(1 + g), times the factor that the coefficients in `table` were multiplied by. */
@inline
function logOf(e: v128, g: v128, table: usize): v128 {
  const g2 = f32x4.mul(g, g);
  const g4 = f32x4.mul(g2, g2);
  const low = madd(g2, madd(g, constant(table, 3), constant(table, 2)), madd(g, constant(table, 1), constant(table, 0)));
  const high = madd(g2, madd(g, constant(table, 7), constant(table, 6)), madd(g, constant(table, 5), constant(table, 4)));
  const r = madd(g4, high, low);
  const tail = madd(e, constant(table, 9), f32x4.mul(f32x4.mul(g, g2), r));
  return madd(e, constant(table, 8), madd(g, constant(table, 11), madd(g2, constant(table, 10), tail)));
}

// The same coefficients times −2; then, as words, 24 · 2^23 and that with the word of √½.
const RADIUS = memory.data<f32>([
  -0.6666666341532823, 0.5000164206777485, -0.40002453761347806, 0.33246714723508696,
  -0.2840351581442884, 0.26320364265846586, -0.2552315518739278, 0.15268995811016294,
  -1.38671875, 4.24388880e-4, 1, -2,
]);
const RADIUS_WORDS = memory.data<i32>([0x0c000000, 0x4b3504f3]);

/** −2 log(value · 2^−24), to 2 ε, for values from 1 to 2^24. */
@inline
export function minusTwoLog(value: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(value, constant(RADIUS_WORDS, 1)), 23);
  const scaled = i32x4.sub(value, constant(RADIUS_WORDS, 0));
  const g = f32x4.sub(i32x4.sub(scaled, i32x4.shl(exponent, 23)), constant(LOG, 11));
  return logOf(f32x4.convert_i32x4_s(exponent), g, RADIUS);
}

/** The natural logarithm to 2 ε, denormals included; log 0 = −∞, log ∞ = ∞, NaN below 0. */
@inline
export function log(x: v128): v128 {
  const zero = v128.xor(x, x);
  const denormal = f32x4.lt(x, constant(LOG, 14));
  const value = v128.bitselect(f32x4.mul(x, constant(LOG, 15)), x, denormal);
  let result = logScaled(value, v128.and(denormal, constant(LOG_WORDS, 0)));
  result = v128.bitselect(result, x, f32x4.lt(x, constant(LOG, 13)));
  result = v128.or(result, f32x4.lt(x, zero));
  return v128.bitselect(constant(LOG, 16), result, f32x4.eq(x, zero));
}

// Minimax polynomials of sin(πf/2) − f · fround(π/2) over f³ (lowest power first) and of (cos(πf/2) − 1) over f².
const QUARTER = memory.data<f32>([
  1.5707963705062866, -4.371139000186241e-8, -0.6459636301984152, 0.07968141281129759, -0.004604834195665836,
  -1.2337005425976726, 0.25366922596558805, -0.020860165112039607, 0.0009037665443839341, 1,
]);

/** sin(πf/2) for |f| ≤ ½, to 1 ε: f is a distance in quarter turns. */
@inline
export function sinQuarter(f: v128): v128 {
  const z = f32x4.mul(f, f);
  let p = madd(z, constant(QUARTER, 4), constant(QUARTER, 3));
  p = madd(z, p, constant(QUARTER, 2));
  p = madd(z, p, constant(QUARTER, 1));
  return madd(f, constant(QUARTER, 0), f32x4.mul(f, p));
}

/** cos(πf/2) for |f| ≤ ½, to 1 ε. */
@inline
export function cosQuarter(f: v128): v128 {
  const z = f32x4.mul(f, f);
  let p = madd(z, constant(QUARTER, 8), constant(QUARTER, 7));
  p = madd(z, p, constant(QUARTER, 6));
  p = madd(z, p, constant(QUARTER, 5));
  return madd(z, p, constant(QUARTER, 9));
}

// π/2 in two parts of which the first has 33 bits, so that its multiples by up to 2^20 are exact (fdlibm).
const TURN = memory.data<f64>([1.57079632673412561417, 6.07710050650619224932e-11, 0.63661977236758134308]);
const SIGN_BIT = memory.data<u32>([0x80000000]);

/** sin to 2 ε for 1e-30 ≤ |x| ≤ 2^20, to an absolute 2^−22 up to 2^30. */
@inline
export function sin(x: v128): v128 {
  return sinOfTurns(x, i32x4.splat(0));
}

/** cos to 2 ε for |x| ≤ 2^20, to an absolute 2^−22 up to 2^30. */
@inline
export function cos(x: v128): v128 {
  return sinOfTurns(x, i32x4.splat(1));
}

/** sin(x + turns · π/2). The argument is reduced in float64, as the nearest multiple of π/2 may be very near. */
@inline
function sinOfTurns(x: v128, turns: v128): v128 {
  const first = f64x2.promote_low_f32x4(x);
  const second = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 0));
  const firstNearest = nearestQuarter(first);
  const secondNearest = nearestQuarter(second);
  const nearest = v128.shuffle<i64>(
    i32x4.trunc_sat_f64x2_s_zero(firstNearest),
    i32x4.trunc_sat_f64x2_s_zero(secondNearest),
    0, 2,
  );
  const f = v128.shuffle<i64>(distance(first, firstNearest), distance(second, secondNearest), 0, 2);
  const quarter = i32x4.add(nearest, turns);
  const swapped = i32x4.shr_s(i32x4.shl(quarter, 31), 31);
  const sign = v128.and(i32x4.shl(quarter, 30), constant(SIGN_BIT, 0));
  return v128.xor(v128.bitselect(cosQuarter(f), sinQuarter(f), swapped), sign);
}

@inline
function nearestQuarter(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, v128.load64_splat(TURN, 16)));
}

/** What is left of x, in quarter turns, in the two lower lanes as float32. */
@inline
function distance(x: v128, nearest: v128): v128 {
  const high = f64x2.sub(x, f64x2.mul(nearest, v128.load64_splat(TURN)));
  const left = f64x2.sub(high, f64x2.mul(nearest, v128.load64_splat(TURN, 8)));
  return f32x4.demote_f64x2_zero(f64x2.mul(left, v128.load64_splat(TURN, 16)));
}

const ONE = memory.data<f32>([1]);

@inline
export function one(): v128 {
  return constant(ONE, 0);
}

/** 1, −1 or 0, as the sign of x. */
@inline
export function sign(x: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.sub(v128.and(f32x4.gt(x, zero), one()), v128.and(f32x4.lt(x, zero), one()));
}

/** log(1 + eˣ) as max(x, 0) + log(1 + e), e = e^−|x|, to 3 ε for x ≥ −87. What 1 + e loses of e is made up for by e / ((1 + e) − 1). */
@inline
export function softplus(x: v128): v128 {
  const zero = f32x4.splat(0);
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const sum = f32x4.add(one(), e);
  const kept = f32x4.sub(sum, one());
  const tail = v128.bitselect(e, f32x4.mul(log(sum), f32x4.div(e, kept)), f32x4.eq(kept, zero));
  return f32x4.add(f32x4.max(x, zero), tail);
}
