// Included last in every kernels_*.cc: the kernels in terms of one set of vector instructions.
#pragma once
#include "kernels.h"

#include "math.h"

#include "noise.h"

#include "elementwise.h"

#include "product.h"

#include "outer.h"

namespace {
constexpr Kernels kTable = {kFused, kProductUnits, product, kUnary, kBinary, kTernary, noise,
                            sum,    logSumExp,     sumRows,  transpose, outer};
}
