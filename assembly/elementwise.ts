// Elementwise operations over panels. An operand is an address, a panel stride and a unit stride in bytes; a unit
// stride of 0 repeats one value for every unit, a panel stride of 0 one panel for every panel. So constants, shared
// vectors and single-entry rows need no code of their own.
import { cos, exp, log, sigmoid, sin, tanh } from './math';
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

@inline
function applyUnary(name: i32, x: v128): v128 {
  if (name == NEGATE) return f32x4.neg(x);
  if (name == TANH) return tanh(x);
  if (name == SIGMOID) return sigmoid(x);
  if (name == EXP) return exp(x);
  if (name == LOG) return log(x);
  if (name == SQRT) return f32x4.sqrt(x);
  if (name == SIN) return sin(x);
  if (name == COS) return cos(x);
  if (name == ABSOLUTE) return f32x4.abs(x);
  if (name == SIGN) {
    const one = f32x4.splat(1);
    const zero = f32x4.splat(0);
    return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  }
  if (name == SQUARE) return f32x4.mul(x, x);
  if (name == RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  return x;
}

@inline
function applyBinary(name: i32, x: v128, y: v128): v128 {
  if (name == ADD) return f32x4.add(x, y);
  if (name == SUBTRACT) return f32x4.sub(x, y);
  if (name == MULTIPLY) return f32x4.mul(x, y);
  if (name == DIVIDE) return f32x4.div(x, y);
  if (name == MAXIMUM) return f32x4.max(x, y);
  if (name == MINIMUM) return f32x4.min(x, y);
  return v128.and(f32x4.gt(x, y), f32x4.splat(1));
}

@inline
function applyTernary(name: i32, x: v128, y: v128, z: v128): v128 {
  if (name == MULTIPLY_ADD) return madd(x, y, z);
  if (name == NEGATED_MULTIPLY_ADD) return nmadd(x, y, z);
  return v128.bitselect(y, z, f32x4.gt(x, f32x4.splat(0)));
}

@inline
function unaryLoop(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let target = out + <usize>(panel * outPanel);
    for (const end = target + ((<usize>units) << 5); target < end; target += 32) {
      v128.store(target, applyUnary(name, v128.load(x)));
      v128.store(target, applyUnary(name, v128.load(x, 16)), 16);
      x += aUnit;
    }
  }
}

@inline
function binaryLoop(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let y = b + <usize>(panel * bPanel);
    let target = out + <usize>(panel * outPanel);
    for (const end = target + ((<usize>units) << 5); target < end; target += 32) {
      const first = applyBinary(name, v128.load(x), v128.load(y));
      const second = applyBinary(name, v128.load(x, 16), v128.load(y, 16));
      v128.store(target, first);
      v128.store(target, second, 16);
      x += aUnit;
      y += bUnit;
    }
  }
}

@inline
function ternaryLoop(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  c: usize, cPanel: i32, cUnit: i32, units: i32, panels: i32,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = a + <usize>(panel * aPanel);
    let y = b + <usize>(panel * bPanel);
    let z = c + <usize>(panel * cPanel);
    let target = out + <usize>(panel * outPanel);
    for (const end = target + ((<usize>units) << 5); target < end; target += 32) {
      const first = applyTernary(name, v128.load(x), v128.load(y), v128.load(z));
      const second = applyTernary(name, v128.load(x, 16), v128.load(y, 16), v128.load(z, 16));
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
    case NEGATE: { unaryLoop(NEGATE, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case TANH: { unaryLoop(TANH, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SIGMOID: { unaryLoop(SIGMOID, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case EXP: { unaryLoop(EXP, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case LOG: { unaryLoop(LOG, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SQRT: { unaryLoop(SQRT, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SIN: { unaryLoop(SIN, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case COS: { unaryLoop(COS, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case ABSOLUTE: { unaryLoop(ABSOLUTE, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SIGN: { unaryLoop(SIGN, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case SQUARE: { unaryLoop(SQUARE, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    case RECIPROCAL: { unaryLoop(RECIPROCAL, out, outPanel, a, aPanel, aUnit, units, panels); break; }
    default: { unaryLoop(COPY, out, outPanel, a, aPanel, aUnit, units, panels); }
  }
}

export function binary(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  units: i32, panels: i32,
): void {
  switch (name) {
    case ADD: { binaryLoop(ADD, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case SUBTRACT: { binaryLoop(SUBTRACT, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case MULTIPLY: { binaryLoop(MULTIPLY, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case DIVIDE: { binaryLoop(DIVIDE, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case MAXIMUM: { binaryLoop(MAXIMUM, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    case MINIMUM: { binaryLoop(MINIMUM, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); break; }
    default: { binaryLoop(GREATER, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, units, panels); }
  }
}

export function ternary(
  name: i32, out: usize, outPanel: i32, a: usize, aPanel: i32, aUnit: i32, b: usize, bPanel: i32, bUnit: i32,
  c: usize, cPanel: i32, cUnit: i32, units: i32, panels: i32,
): void {
  switch (name) {
    case MULTIPLY_ADD: {
      ternaryLoop(MULTIPLY_ADD, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, c, cPanel, cUnit, units, panels);
      break;
    }
    case NEGATED_MULTIPLY_ADD: {
      ternaryLoop(NEGATED_MULTIPLY_ADD, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, c, cPanel, cUnit, units, panels);
      break;
    }
    default: {
      ternaryLoop(SELECT, out, outPanel, a, aPanel, aUnit, b, bPanel, bUnit, c, cPanel, cUnit, units, panels);
    }
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
