#include "simd_scalar.h"

#include "table.h"

const Kernels kernelsScalar = kTable;
