// Products of a shared matrix with row values.
#pragma once

namespace {

constexpr int kPanelVectors = kPanelRows / kLanes;

/** `count` units of `panels` panels: their sums stay in registers over all of k. */
template <int count, int panels>
inline void productBlock(float* out, ptrdiff_t outPanel, const float* in, ptrdiff_t inPanel, const float* weights,
                         int inner, bool accumulate) {
  constexpr int vectors = panels * kPanelVectors;
  Floats sums[count][vectors];
  for (int unit = 0; unit < count; unit++)
    for (int i = 0; i < vectors; i++) {
      const float* from = out + (i / kPanelVectors) * outPanel + unit * kPanelRows + (i % kPanelVectors) * kLanes;
      sums[unit][i] = accumulate ? load(from) : splat(0.0f);
    }
  for (int k = 0; k < inner; k++) {
    Floats x[vectors];
    for (int i = 0; i < vectors; i++)
      x[i] = load(in + (i / kPanelVectors) * inPanel + (i % kPanelVectors) * kLanes);
    for (int unit = 0; unit < count; unit++) {
      const Floats weight = splat(weights[unit]);
      for (int i = 0; i < vectors; i++) sums[unit][i] = madd(x[i], weight, sums[unit][i]);
    }
    in += kPanelRows;
    weights += kProductUnits;
  }
  for (int unit = 0; unit < count; unit++)
    for (int i = 0; i < vectors; i++)
      store(out + (i / kPanelVectors) * outPanel + unit * kPanelRows + (i % kPanelVectors) * kLanes, sums[unit][i]);
}

using ProductBlock = void (*)(float*, ptrdiff_t, const float*, ptrdiff_t, const float*, int, bool);

template <int count, int panels>
void productOf(float* out, ptrdiff_t outPanel, const float* in, ptrdiff_t inPanel, const float* weights, int inner,
               bool accumulate) {
  if (accumulate) productBlock<count, panels>(out, outPanel, in, inPanel, weights, inner, true);
  else productBlock<count, panels>(out, outPanel, in, inPanel, weights, inner, false);
}

/** By the units a block holds: the last block of a matrix may hold fewer than the others. */
template <int panels> inline ProductBlock productBlockFor(int count) {
  static const ProductBlock blocks[] = {productOf<1, panels>, productOf<2, panels>, productOf<3, panels>,
                                        productOf<4, panels>, productOf<5, panels>, productOf<6, panels>,
                                        productOf<7, panels>, productOf<8, panels>};
  static_assert(kProductUnits <= 8, "a block for every number of units");
  return blocks[count - 1];
}

void product(Output out, Operand in, const float* weights, int units, int inner, int panels, bool accumulate) {
  const ptrdiff_t outPanel = out.panel / 4, inPanel = in.panel / 4;
  for (int unit = 0; unit < units; unit += kProductUnits) {
    const int count = units - unit < kProductUnits ? units - unit : kProductUnits;
    float* target = reinterpret_cast<float*>(out.data) + static_cast<ptrdiff_t>(unit) * kPanelRows;
    const float* source = reinterpret_cast<const float*>(in.data);
    int panel = 0;
    for (; panel + kProductPanels <= panels; panel += kProductPanels)
      productBlockFor<kProductPanels>(count)(target + panel * outPanel, outPanel, source + panel * inPanel, inPanel,
                                             weights, inner, accumulate);
    for (; panel < panels; panel++)
      productBlockFor<1>(count)(target + panel * outPanel, outPanel, source + panel * inPanel, inPanel, weights, inner,
                                accumulate);
    weights += static_cast<ptrdiff_t>(inner) * kProductUnits;
  }
}

}  // namespace
