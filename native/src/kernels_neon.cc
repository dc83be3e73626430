#include "simd_neon.h"

#include "table.h"

const Kernels kernelsNeon = kTable;
