// Elementwise operations over panels. An operand is an address, a panel stride and a unit stride in bytes; a unit
// stride of 0 repeats one value for every unit, a panel stride of 0 one panel for every panel. So constants, shared
// vectors and single-entry rows need no code of their own.
import { applyBinary, applyTernary, applyUnary } from './generated/functions';
import { exp, log } from './math';

export function unaryLoop<F>(
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

export function binaryLoop<F>(
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

export function ternaryLoop<F>(
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
