#include "processor.h"

#if defined(_MSC_VER) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace {

#if defined(_MSC_VER) && defined(_M_X64)
bool featureBit(int leaf, int index, int bit) {
  int registers[4];
  __cpuidex(registers, leaf, 0);
  return (registers[index] >> bit & 1) != 0;
}
/** The operating system saves these registers: bits 1 and 2 for AVX, 5 to 7 for AVX-512 too. */
bool saves(unsigned long long mask) { return featureBit(1, 2, 27) && (_xgetbv(0) & mask) == mask; }
bool hasAvx2() { return saves(0x6) && featureBit(1, 2, 12) && featureBit(7, 1, 5); }
bool hasAvx512() { return saves(0xe6) && hasAvx2() && featureBit(7, 1, 16) && featureBit(7, 1, 17); }
#elif defined(__x86_64__)
bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool hasAvx512() { return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"); }
#endif

}  // namespace

const std::vector<KernelSet>& kernelSets() {
  static const std::vector<KernelSet> sets = {
#if defined(__x86_64__) || defined(_M_X64)
      {"avx512", &kernelsAvx512, hasAvx512()},
      {"avx2", &kernelsAvx2, hasAvx2()},
#elif defined(__aarch64__) || defined(_M_ARM64)
      {"neon", &kernelsNeon, true},
#endif
      {"scalar", &kernelsScalar, true},
  };
  return sets;
}
