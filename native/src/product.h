// Products of a shared matrix with row values.
#pragma once

namespace {

constexpr int kPanelVectors = kPanelRows / kLanes;

/** `count` units of a panel: their sums stay in registers over all of k. */
template <int count>
inline void productBlock(float* out, const float* in, const float* weights, int inner, bool accumulate) {
  Floats sums[count][kPanelVectors];
  for (int unit = 0; unit < count; unit++)
    for (int i = 0; i < kPanelVectors; i++)
      sums[unit][i] = accumulate ? load(out + unit * kPanelRows + i * kLanes) : splat(0.0f);
  for (int k = 0; k < inner; k++) {
    Floats x[kPanelVectors];
    for (int i = 0; i < kPanelVectors; i++) x[i] = load(in + i * kLanes);
    for (int unit = 0; unit < count; unit++) {
      const Floats weight = splat(weights[unit]);
      for (int i = 0; i < kPanelVectors; i++) sums[unit][i] = madd(x[i], weight, sums[unit][i]);
    }
    in += kPanelRows;
    weights += kProductUnits;
  }
  for (int unit = 0; unit < count; unit++)
    for (int i = 0; i < kPanelVectors; i++) store(out + unit * kPanelRows + i * kLanes, sums[unit][i]);
}

using ProductBlock = void (*)(float*, const float*, const float*, int, bool);

template <int count>
void productOf(float* out, const float* in, const float* weights, int inner, bool accumulate) {
  if (accumulate) productBlock<count>(out, in, weights, inner, true);
  else productBlock<count>(out, in, weights, inner, false);
}

/** By the units a block holds: the last block of a matrix may hold fewer than the others. */
inline ProductBlock productBlockFor(int count) {
  static const ProductBlock blocks[] = {productOf<1>, productOf<2>, productOf<3>, productOf<4>,
                                        productOf<5>, productOf<6>, productOf<7>, productOf<8>};
  static_assert(kProductUnits <= 8, "a block for every number of units");
  return blocks[count - 1];
}

void product(Output out, Operand in, const float* weights, int units, int inner, int panels, bool accumulate) {
  const ptrdiff_t outPanel = out.panel / 4, inPanel = in.panel / 4;
  for (int unit = 0; unit < units; unit += kProductUnits) {
    const int count = units - unit < kProductUnits ? units - unit : kProductUnits;
    float* target = reinterpret_cast<float*>(out.data) + static_cast<ptrdiff_t>(unit) * kPanelRows;
    const float* source = reinterpret_cast<const float*>(in.data);
    for (int panel = 0; panel < panels; panel++)
      productBlockFor(count)(target + panel * outPanel, source + panel * inPanel, weights, inner, accumulate);
    weights += static_cast<ptrdiff_t>(inner) * kProductUnits;
  }
}

}  // namespace
