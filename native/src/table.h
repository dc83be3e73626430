// Included last in every kernels_*.cc: the kernels in terms of one set of vector instructions.
#pragma once
#include "kernels.h"

#include "math.h"

#include "noise.h"

#include "elementwise.h"

#include "product.h"

#include "outer.h"

namespace {
constexpr Kernels kTable = {kFused, kProductUnits, product, unary, binary, ternary, noise,
                            sum,    logSumExp,     gather,  transpose, outer};
}
