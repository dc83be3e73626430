// Transposes what an outer product contracts over, so that it becomes a matrix product: rows and steps come to stand in a
// row. Sources are panels [unit][8 rows]; the panels of a step are `panelStride` bytes apart, steps `stepStride`. The
// contraction index k counts steps, then panels, then rows.

/** The left factor as weights of `product`: [⌈units / 6⌉][k][6], zero beyond `units`. */
export function packLeft(out: usize, a: usize, panelStride: i32, stepStride: i32, units: i32, panels: i32, steps: i32): void {
  for (let unit = 0; unit < units; unit += 6) {
    const whole = unit + 6 <= units;
    for (let step = 0; step < steps; step++) {
      let x = a + <usize>(step * stepStride + (unit << 5));
      for (let panel = 0; panel < panels; panel++) {
        if (whole) {
          sixByFour(out, x);
          sixByFour(out + 96, x + 16);
        } else part(out, x, units - unit, 6);
        x += panelStride;
        out += 192;
      }
    }
  }
}

/** The right factor as input of `product`: [⌈units / 8⌉][k][8], zero beyond `units`. */
export function packRight(out: usize, b: usize, panelStride: i32, stepStride: i32, units: i32, panels: i32, steps: i32): void {
  for (let unit = 0; unit < units; unit += 8) {
    const whole = unit + 8 <= units;
    for (let step = 0; step < steps; step++) {
      let x = b + <usize>(step * stepStride + (unit << 5));
      for (let panel = 0; panel < panels; panel++) {
        if (whole) {
          fourByFour(out, 32, x);
          fourByFour(out + 128, 32, x + 16);
          fourByFour(out + 16, 32, x + 128);
          fourByFour(out + 144, 32, x + 144);
        } else part(out, x, units - unit, 8);
        x += panelStride;
        out += 256;
      }
    }
  }
}

/** 4 rows of 4 units, to 4 rows `rowBytes` apart. */
@inline
function fourByFour(out: usize, rowBytes: usize, x: usize): void {
  const a = v128.load(x);
  const b = v128.load(x, 32);
  const c = v128.load(x, 64);
  const d = v128.load(x, 96);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  v128.store(out, v128.shuffle<i64>(abLow, cdLow, 0, 2));
  v128.store(out + rowBytes, v128.shuffle<i64>(abLow, cdLow, 1, 3));
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out + 2 * rowBytes, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
  v128.store(out + 3 * rowBytes, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
}

/** 4 rows of 6 units. */
@inline
function sixByFour(out: usize, x: usize): void {
  fourByFour(out, 24, x);
  const e = v128.load(x, 128);
  const f = v128.load(x, 160);
  const low = v128.shuffle<f32>(e, f, 0, 4, 1, 5);
  v128.store_lane<i64>(out, low, 0, 16);
  v128.store_lane<i64>(out, low, 1, 40);
  const high = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
  v128.store_lane<i64>(out, high, 0, 64);
  v128.store_lane<i64>(out, high, 1, 88);
}

/** 8 rows of a last, incomplete block of `width` units. */
function part(out: usize, x: usize, units: i32, width: i32): void {
  for (let unit = 0; unit < width; unit++)
    for (let row = 0; row < 8; row++)
      store<f32>(
        out + (<usize>(row * width + unit) << 2),
        unit < units ? load<f32>(x + (<usize>((unit << 3) + row) << 2)) : 0,
      );
}
