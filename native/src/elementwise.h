// Loops of elementwise functions, which generated/functions.h spells out and lists, and sums over units.
#pragma once

namespace {

inline const float* at(Operand a, int panel, int unit) {
  return reinterpret_cast<const float*>(a.data + panel * a.panel + unit * a.unit);
}

inline float* at(Output out, int panel, int unit) {
  return reinterpret_cast<float*>(out.data + panel * out.panel + static_cast<ptrdiff_t>(unit) * kUnitBytes);
}

inline Floats negated(Floats x) { return floats(exclusive(bits(x), splat(0x80000000u))); }
inline Floats oneWhere(Mask mask) { return choose(mask, splat(1.0f), splat(0.0f)); }

/** The larger, or NaN if either is. */
inline Floats larger(Floats x, Floats y) { return choose(unequal(x, x), x, choose(unequal(y, y), y, pmax(x, y))); }
inline Floats smaller(Floats x, Floats y) { return choose(unequal(x, x), x, choose(unequal(y, y), y, pmin(x, y))); }

template <class Function> void unaryLoop(float* out, Units a, int units) {
  for (int unit = 0; unit < units; unit++, out += kPanelRows, a.data += a.stride)
    for (int lane = 0; lane < kPanelRows; lane += kLanes) store(out + lane, Function::of(load(a.data + lane)));
}

template <class Function> void binaryLoop(float* out, Units a, Units b, int units) {
  for (int unit = 0; unit < units; unit++, out += kPanelRows, a.data += a.stride, b.data += b.stride)
    for (int lane = 0; lane < kPanelRows; lane += kLanes)
      store(out + lane, Function::of(load(a.data + lane), load(b.data + lane)));
}

template <class Function> void ternaryLoop(float* out, Units a, Units b, Units c, int units) {
  for (int unit = 0; unit < units; unit++, out += kPanelRows, a.data += a.stride, b.data += b.stride, c.data += c.stride)
    for (int lane = 0; lane < kPanelRows; lane += kLanes)
      store(out + lane, Function::of(load(a.data + lane), load(b.data + lane), load(c.data + lane)));
}

}  // namespace

#include "generated/functions.h"

namespace {

void sum(Output out, Operand a, int units, int panels) {
  for (int panel = 0; panel < panels; panel++)
    for (int lane = 0; lane < kPanelRows; lane += kLanes) {
      Floats total = splat(0.0f);
      for (int unit = 0; unit < units; unit++) total = add(total, load(at(a, panel, unit) + lane));
      store(at(out, panel, 0) + lane, total);
    }
}

/** From the largest entry, so that nothing overflows. */
void logSumExp(Output out, Operand a, int units, int panels) {
  for (int panel = 0; panel < panels; panel++)
    for (int lane = 0; lane < kPanelRows; lane += kLanes) {
      Floats largest = load(at(a, panel, 0) + lane);
      for (int unit = 1; unit < units; unit++) largest = larger(largest, load(at(a, panel, unit) + lane));
      Floats total = splat(0.0f);
      for (int unit = 0; unit < units; unit++) total = add(total, expOf(sub(load(at(a, panel, unit) + lane), largest)));
      store(at(out, panel, 0) + lane, add(largest, logOf(total)));
    }
}

/** The sum of 16 numbers, halves added to halves: the same tree for vectors of any length. */
inline float sumOfPanel(const float* x) {
  float eight[8], four[4];
  for (int i = 0; i < 8; i++) eight[i] = x[i] + x[i + 8];
  for (int i = 0; i < 4; i++) four[i] = eight[i] + eight[i + 4];
  return (four[0] + four[2]) + (four[1] + four[3]);
}

void sumRows(float* accumulator, Operand a, int units, int panels) {
  for (int unit = 0; unit < units; unit++) {
    alignas(64) float totals[kPanelRows];
    for (int lane = 0; lane < kPanelRows; lane += kLanes) {
      Floats total = load(at(a, 0, unit) + lane);
      for (int panel = 1; panel < panels; panel++) total = add(total, load(at(a, panel, unit) + lane));
      store(totals + lane, total);
    }
    accumulator[unit] += sumOfPanel(totals);
  }
}

}  // namespace
