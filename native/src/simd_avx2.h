// A panel's 16 rows as two vectors of AVX2 with fused multiply-add.
#pragma once
#include <immintrin.h>
#include <cstdint>

namespace {

constexpr int kLanes = 8;
constexpr bool kFused = true;
constexpr int kProductUnits = 6;
constexpr int kOuterRows = 6, kOuterVectors = 2;

struct Floats { __m256 v; };
struct Ints { __m256i v; };
struct Mask { __m256 v; };

inline Floats load(const float* p) { return {_mm256_loadu_ps(p)}; }
inline void store(float* p, Floats x) { _mm256_storeu_ps(p, x.v); }
inline Floats splat(float x) { return {_mm256_set1_ps(x)}; }
inline Floats add(Floats a, Floats b) { return {_mm256_add_ps(a.v, b.v)}; }
inline Floats sub(Floats a, Floats b) { return {_mm256_sub_ps(a.v, b.v)}; }
inline Floats mul(Floats a, Floats b) { return {_mm256_mul_ps(a.v, b.v)}; }
inline Floats div(Floats a, Floats b) { return {_mm256_div_ps(a.v, b.v)}; }
inline Floats root(Floats a) { return {_mm256_sqrt_ps(a.v)}; }
inline Floats madd(Floats a, Floats b, Floats c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
inline Floats nmadd(Floats a, Floats b, Floats c) { return {_mm256_fnmadd_ps(a.v, b.v, c.v)}; }
inline Floats pmin(Floats a, Floats b) { return {_mm256_min_ps(b.v, a.v)}; }
inline Floats pmax(Floats a, Floats b) { return {_mm256_max_ps(b.v, a.v)}; }

inline Mask less(Floats a, Floats b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
inline Mask equal(Floats a, Floats b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
inline Mask unequal(Floats a, Floats b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_NEQ_UQ)}; }
inline Floats choose(Mask m, Floats yes, Floats no) { return {_mm256_blendv_ps(no.v, yes.v, m.v)}; }

inline Ints bits(Floats x) { return {_mm256_castps_si256(x.v)}; }
inline Floats floats(Ints x) { return {_mm256_castsi256_ps(x.v)}; }
inline Ints load(const uint32_t* p) { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))}; }
inline Ints splat(uint32_t x) { return {_mm256_set1_epi32(static_cast<int>(x))}; }
inline Ints add(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
inline Ints sub(Ints a, Ints b) { return {_mm256_sub_epi32(a.v, b.v)}; }
inline Ints both(Ints a, Ints b) { return {_mm256_and_si256(a.v, b.v)}; }
inline Ints either(Ints a, Ints b) { return {_mm256_or_si256(a.v, b.v)}; }
inline Ints exclusive(Ints a, Ints b) { return {_mm256_xor_si256(a.v, b.v)}; }
template <int N> inline Ints left(Ints a) { return {_mm256_slli_epi32(a.v, N)}; }
template <int N> inline Ints right(Ints a) { return {_mm256_srli_epi32(a.v, N)}; }
template <int N> inline Ints arithmeticRight(Ints a) { return {_mm256_srai_epi32(a.v, N)}; }
inline Mask atLeast(Ints a, Ints b) {
  return {_mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_max_epu32(a.v, b.v), a.v))};
}
inline Mask nonzero(Ints a) {
  const __m256i zero = _mm256_cmpeq_epi32(a.v, _mm256_setzero_si256());
  return {_mm256_castsi256_ps(_mm256_xor_si256(zero, _mm256_set1_epi32(-1)))};
}
inline Floats convert(Ints a) { return {_mm256_cvtepi32_ps(a.v)}; }

struct Wide { __m256i even, odd; };
inline Wide widen(Ints x) { return {x.v, _mm256_srli_epi64(x.v, 32)}; }
inline Wide wide(uint32_t x) { const __m256i v = _mm256_set1_epi32(static_cast<int>(x)); return {v, v}; }
inline Ints narrow(Wide x) { return {_mm256_blend_epi32(x.even, _mm256_slli_epi64(x.odd, 32), 0xaa)}; }
inline Wide multiply(Wide a, Wide b) { return {_mm256_mul_epu32(a.even, b.even), _mm256_mul_epu32(a.odd, b.odd)}; }
inline Wide high(Wide x) { return {_mm256_srli_epi64(x.even, 32), _mm256_srli_epi64(x.odd, 32)}; }
inline Wide exclusive(Wide a, Wide b) { return {_mm256_xor_si256(a.even, b.even), _mm256_xor_si256(a.odd, b.odd)}; }
inline Wide exclusive(Wide a, Wide b, Wide c) { return exclusive(exclusive(a, b), c); }

inline void quarterTurns(Floats x, const double* turn, Ints* quarter, Floats* rest) {
  const __m256d half = _mm256_set1_pd(turn[0]), tail = _mm256_set1_pd(turn[1]), inverse = _mm256_set1_pd(turn[2]);
  __m128i nearest[2];
  __m128 left[2];
  for (int i = 0; i < 2; i++) {
    const __m256d wideX = _mm256_cvtps_pd(i == 0 ? _mm256_castps256_ps128(x.v) : _mm256_extractf128_ps(x.v, 1));
    const __m256d n = _mm256_round_pd(_mm256_mul_pd(wideX, inverse), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d high = _mm256_sub_pd(wideX, _mm256_mul_pd(n, half));
    left[i] = _mm256_cvtpd_ps(_mm256_mul_pd(_mm256_sub_pd(high, _mm256_mul_pd(n, tail)), inverse));
    nearest[i] = _mm256_cvttpd_epi32(n);
  }
  quarter->v = _mm256_set_m128i(nearest[1], nearest[0]);
  rest->v = _mm256_set_m128(left[1], left[0]);
}

}  // namespace
