// Elementwise operations and sums over units. The numbers of the names are the tape's: src/engine/tape/codes.ts.
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

template <int name> inline Floats applyUnary(Floats x) {
  switch (name) {
    case 0: return negated(x);
    case 1: return tanhOf(x);
    case 2: return sigmoidOf(x);
    case 3: return expOf(x);
    case 4: return logOf(x);
    case 5: return root(x);
    case 6: return sinOf(x);
    case 7: return cosOf(x);
    case 8: return floats(both(bits(x), splat(0x7fffffffu)));
    case 9: return sub(oneWhere(less(splat(0.0f), x)), oneWhere(less(x, splat(0.0f))));
    case 10: return mul(x, x);
    case 11: return div(splat(1.0f), x);
    default: return x;
  }
}

template <int name> inline Floats applyBinary(Floats x, Floats y) {
  switch (name) {
    case 0: return add(x, y);
    case 1: return sub(x, y);
    case 2: return mul(x, y);
    case 3: return div(x, y);
    case 4: return larger(x, y);
    case 5: return smaller(x, y);
    default: return oneWhere(less(y, x));
  }
}

template <int name> inline Floats applyTernary(Floats x, Floats y, Floats z) {
  switch (name) {
    case 0: return madd(x, y, z);
    case 1: return nmadd(x, y, z);
    default: return choose(less(splat(0.0f), x), y, z);
  }
}

template <int name> void unaryLoop(float* out, Units a, int units) {
  for (int unit = 0; unit < units; unit++, out += kPanelRows, a.data += a.stride)
    for (int lane = 0; lane < kPanelRows; lane += kLanes) store(out + lane, applyUnary<name>(load(a.data + lane)));
}

template <int name> void binaryLoop(float* out, Units a, Units b, int units) {
  for (int unit = 0; unit < units; unit++, out += kPanelRows, a.data += a.stride, b.data += b.stride)
    for (int lane = 0; lane < kPanelRows; lane += kLanes)
      store(out + lane, applyBinary<name>(load(a.data + lane), load(b.data + lane)));
}

template <int name> void ternaryLoop(float* out, Units a, Units b, Units c, int units) {
  for (int unit = 0; unit < units; unit++, out += kPanelRows, a.data += a.stride, b.data += b.stride, c.data += c.stride)
    for (int lane = 0; lane < kPanelRows; lane += kLanes)
      store(out + lane, applyTernary<name>(load(a.data + lane), load(b.data + lane), load(c.data + lane)));
}

constexpr Unary kUnary[kUnaryNames] = {unaryLoop<0>, unaryLoop<1>, unaryLoop<2>, unaryLoop<3>,  unaryLoop<4>,
                                       unaryLoop<5>, unaryLoop<6>, unaryLoop<7>, unaryLoop<8>,  unaryLoop<9>,
                                       unaryLoop<10>, unaryLoop<11>, unaryLoop<12>};
constexpr Binary kBinary[kBinaryNames] = {binaryLoop<0>, binaryLoop<1>, binaryLoop<2>, binaryLoop<3>,
                                          binaryLoop<4>, binaryLoop<5>, binaryLoop<6>};
constexpr Ternary kTernary[kTernaryNames] = {ternaryLoop<0>, ternaryLoop<1>, ternaryLoop<2>};

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

void gather(float* accumulator, Operand a, int units, int panels) {
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
