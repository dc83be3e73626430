#include "simd_avx512.h"

#include "table.h"

const Kernels kernelsAvx512 = kTable;
