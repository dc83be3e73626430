#include "simd_avx2.h"

#include "table.h"

const Kernels kernelsAvx2 = kTable;
