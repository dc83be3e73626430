// Elementwise operations over panels. An operand is an address, a panel stride and a unit stride in bytes; a unit
// stride of 0 repeats one value for every unit, a panel stride of 0 one panel for every panel. So constants, shared
// vectors and single-entry rows need no code of their own.
import { constant, cos, exp, log, sigmoid, sin, tanh } from './math';
import { madd, nmadd } from './simd';

// The numbers are the tape's; src/engine/tape/codes.ts holds the same lists.
@inline const NEGATE = 0;
@inline const TANH = 1;
@inline const SIGMOID = 2;
@inline const EXP = 3;
@inline const LOG = 4;
@inline const SQRT = 5;
@inline const SIN = 6;
@inline const COS = 7;
@inline const ABSOLUTE = 8;
@inline const SIGN = 9;
@inline const SQUARE = 10;
@inline const RECIPROCAL = 11;
@inline const COPY = 12;

@inline const ADD = 0;
@inline const SUBTRACT = 1;
@inline const MULTIPLY = 2;
@inline const DIVIDE = 3;
@inline const MAXIMUM = 4;
@inline const MINIMUM = 5;
@inline const GREATER = 6;

@inline const MULTIPLY_ADD = 0;
@inline const NEGATED_MULTIPLY_ADD = 1;
@inline const SELECT = 2;

const ONE = memory.data<f32>([1]);

// One type a function: a loop generic in it is compiled for each. (Loops that only differ in a number are merged by the
// compiler into one that chooses anew for every vector.)
class Negate {}
class Tanh {}
class Sigmoid {}
class Exp {}
class Log {}
class Sqrt {}
class Sin {}
class Cos {}
class Absolute {}
class Sign {}
class Square {}
class Reciprocal {}
class Copy {}
class Add {}
class Subtract {}
class Multiply {}
class Divide {}
class Maximum {}
class Minimum {}
class Greater {}
class MultiplyAdd {}
class NegatedMultiplyAdd {}
class Select {}

@inline
function is<F, G>(): bool {
  return idof<F>() == idof<G>();
}

@inline
function applyUnary<F>(x: v128): v128 {
  if (is<F, Negate>()) return f32x4.neg(x);
  if (is<F, Tanh>()) return tanh(x);
  if (is<F, Sigmoid>()) return sigmoid(x);
  if (is<F, Exp>()) return exp(x);
  if (is<F, Log>()) return log(x);
  if (is<F, Sqrt>()) return f32x4.sqrt(x);
  if (is<F, Sin>()) return sin(x);
  if (is<F, Cos>()) return cos(x);
  if (is<F, Absolute>()) return f32x4.abs(x);
  if (is<F, Sign>()) {
    const one = constant(ONE, 0);
    const zero = f32x4.splat(0);
    return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  }
  if (is<F, Square>()) return f32x4.mul(x, x);
  if (is<F, Reciprocal>()) return f32x4.div(constant(ONE, 0), x);
  return x;
}

@inline
function applyBinary<F>(x: v128, y: v128): v128 {
  if (is<F, Add>()) return f32x4.add(x, y);
  if (is<F, Subtract>()) return f32x4.sub(x, y);
  if (is<F, Multiply>()) return f32x4.mul(x, y);
  if (is<F, Divide>()) return f32x4.div(x, y);
  if (is<F, Maximum>()) return f32x4.max(x, y);
  if (is<F, Minimum>()) return f32x4.min(x, y);
  return v128.and(f32x4.gt(x, y), constant(ONE, 0));
}

@inline
function applyTernary<F>(x: v128, y: v128, z: v128): v128 {
  if (is<F, MultiplyAdd>()) return madd(x, y, z);
  if (is<F, NegatedMultiplyAdd>()) return nmadd(x, y, z);
  return v128.bitselect(y, z, f32x4.gt(x, f32x4.splat(0)));
}

function unaryLoop<F>(
  out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let target = out + <usize>(panel * outPanel);
    for (const end = target + ((<usize>units) << 5); target < end; target += 32) {
      const first = applyUnary<F>(v128.load(x));
      const second = applyUnary<F>(v128.load(x, 16));
      v128.store(target, first);
      v128.store(target, second, 16);
      x += aUnit;
    }
  }
}

function binaryLoop<F>(
  out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let y = b + <usize>(panel * bPanel);
    let target = out + <usize>(panel * outPanel);
    for (const end = target + ((<usize>units) << 5); target < end; target += 32) {
      const first = applyBinary<F>(v128.load(x), v128.load(y));
      const second = applyBinary<F>(v128.load(x, 16), v128.load(y, 16));
      v128.store(target, first);
      v128.store(target, second, 16);
      x += aUnit;
      y += bUnit;
    }
  }
}

function ternaryLoop<F>(
  out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  c: usize, cPanel: i32, cUnit: i32, units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let y = b + <usize>(panel * bPanel);
    let z = c + <usize>(panel * cPanel);
    let target = out + <usize>(panel * outPanel);
    for (const end = target + ((<usize>units) << 5); target < end; target += 32) {
      const first = applyTernary<F>(v128.load(x), v128.load(y), v128.load(z));
      const second = applyTernary<F>(v128.load(x, 16), v128.load(y, 16), v128.load(z, 16));
      v128.store(target, first);
      v128.store(target, second, 16);
      x += aUnit;
      y += bUnit;
      z += cUnit;
    }
  }
}

export function unary(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, units: i32, panels: i32,
): void {
  switch (name) {
    case NEGATE: { unaryLoop<Negate>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case TANH: { unaryLoop<Tanh>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SIGMOID: { unaryLoop<Sigmoid>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case EXP: { unaryLoop<Exp>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case LOG: { unaryLoop<Log>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SQRT: { unaryLoop<Sqrt>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SIN: { unaryLoop<Sin>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case COS: { unaryLoop<Cos>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case ABSOLUTE: { unaryLoop<Absolute>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SIGN: { unaryLoop<Sign>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SQUARE: { unaryLoop<Square>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case RECIPROCAL: { unaryLoop<Reciprocal>(out, outPanel, a, aPanel, aUnit, units, panels); break; }
    default: { unaryLoop<Copy>(out, outPanel, a, aPanel, aUnit, units, panels); }
  }
}

export function binary(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  units: i32, panels: i32,
): void {
  switch (name) {
    case ADD: { binaryLoop<Add>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case SUBTRACT: { binaryLoop<Subtract>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case MULTIPLY: { binaryLoop<Multiply>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case DIVIDE: { binaryLoop<Divide>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case MAXIMUM: { binaryLoop<Maximum>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case MINIMUM: { binaryLoop<Minimum>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    default: { binaryLoop<Greater>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); }
  }
}

export function ternary(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  c: usize, cPanel: i32, cUnit: i32, units: i32, panels: i32,
): void {
  switch (name) {
    case MULTIPLY_ADD: {
      ternaryLoop<MultiplyAdd>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, c, cPanel, cUnit, units, panels);
      break;
    }
    case NEGATED_MULTIPLY_ADD: {
      ternaryLoop<NegatedMultiplyAdd>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, c, cPanel, cUnit, units, panels);
      break;
    }
    default: { ternaryLoop<Select>(out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, c, cPanel, cUnit, units, panels); }
  }
}

/** out[0] = Σ over units; one value a row. */
export function sumUnits(out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, units: i32, panels: i32): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let first = f32x4.splat(0);
    let second = first;
    for (let unit = 0; unit < units; unit++) {
      first = f32x4.add(first, v128.load(x));
      second = f32x4.add(second, v128.load(x, 16));
      x += aUnit;
    }
    const target = out + <usize>(panel * outPanel);
    v128.store(target, first);
    v128.store(target, second, 16);
  }
}

/** out[0] = log Σ exp over units, from the largest entry so that nothing overflows. */
export function logSumExpUnits(
  out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const start = a + <usize>(panel * aPanel);
    const target = out + <usize>(panel * outPanel);
    for (let half: usize = 0; half < 32; half += 16) {
      let x = start + half;
      let largest = v128.load(x);
      for (let unit = 1; unit < units; unit++) {
        x += aUnit;
        largest = f32x4.max(largest, v128.load(x));
      }
      x = start + half;
      let total = f32x4.splat(0);
      for (let unit = 0; unit < units; unit++) {
        total = f32x4.add(total, exp(f32x4.sub(v128.load(x), largest)));
        x += aUnit;
      }
      v128.store(target + half, f32x4.add(largest, log(total)));
    }
  }
}
