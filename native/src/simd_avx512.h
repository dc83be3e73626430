// A panel's 16 rows as one vector of AVX-512.
#pragma once
#include <immintrin.h>
#include <cstdint>

namespace {

constexpr int kLanes = 16;
constexpr bool kFused = true;
/** Units that the product kernel computes together, and rows and vectors of a weight gradient's block. */
constexpr int kProductUnits = 8;
constexpr int kOuterRows = 8, kOuterVectors = 2;

struct Floats { __m512 v; };
struct Ints { __m512i v; };
using Mask = __mmask16;

inline Floats load(const float* p) { return {_mm512_loadu_ps(p)}; }
inline void store(float* p, Floats x) { _mm512_storeu_ps(p, x.v); }
inline Floats splat(float x) { return {_mm512_set1_ps(x)}; }
inline Floats add(Floats a, Floats b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Floats sub(Floats a, Floats b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Floats mul(Floats a, Floats b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Floats div(Floats a, Floats b) { return {_mm512_div_ps(a.v, b.v)}; }
inline Floats root(Floats a) { return {_mm512_sqrt_ps(a.v)}; }
/** a · b + c and c − a · b. */
inline Floats madd(Floats a, Floats b, Floats c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
inline Floats nmadd(Floats a, Floats b, Floats c) { return {_mm512_fnmadd_ps(a.v, b.v, c.v)}; }
/** b < a ? b : a and a < b ? b : a: a NaN in `a` stays. */
inline Floats pmin(Floats a, Floats b) { return {_mm512_min_ps(b.v, a.v)}; }
inline Floats pmax(Floats a, Floats b) { return {_mm512_max_ps(b.v, a.v)}; }

inline Mask less(Floats a, Floats b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ); }
inline Mask equal(Floats a, Floats b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ); }
inline Mask unequal(Floats a, Floats b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_NEQ_UQ); }
inline Floats choose(Mask m, Floats yes, Floats no) { return {_mm512_mask_blend_ps(m, no.v, yes.v)}; }

inline Ints bits(Floats x) { return {_mm512_castps_si512(x.v)}; }
inline Floats floats(Ints x) { return {_mm512_castsi512_ps(x.v)}; }
inline Ints load(const uint32_t* p) { return {_mm512_loadu_si512(p)}; }
inline Ints splat(uint32_t x) { return {_mm512_set1_epi32(static_cast<int>(x))}; }
inline Ints add(Ints a, Ints b) { return {_mm512_add_epi32(a.v, b.v)}; }
inline Ints sub(Ints a, Ints b) { return {_mm512_sub_epi32(a.v, b.v)}; }
inline Ints both(Ints a, Ints b) { return {_mm512_and_si512(a.v, b.v)}; }
inline Ints either(Ints a, Ints b) { return {_mm512_or_si512(a.v, b.v)}; }
inline Ints exclusive(Ints a, Ints b) { return {_mm512_xor_si512(a.v, b.v)}; }
template <int N> inline Ints left(Ints a) { return {_mm512_slli_epi32(a.v, N)}; }
template <int N> inline Ints right(Ints a) { return {_mm512_srli_epi32(a.v, N)}; }
template <int N> inline Ints arithmeticRight(Ints a) { return {_mm512_srai_epi32(a.v, N)}; }
inline Mask atLeast(Ints a, Ints b) { return _mm512_cmpge_epu32_mask(a.v, b.v); }
inline Mask nonzero(Ints a) { return _mm512_test_epi32_mask(a.v, a.v); }
inline Floats convert(Ints a) { return {_mm512_cvtepi32_ps(a.v)}; }

/** Words of 16 samples in the low halves of 64-bit lanes, even samples and odd; what is in the high halves is ignored. */
struct Wide { __m512i even, odd; };
inline Wide widen(Ints x) { return {x.v, _mm512_srli_epi64(x.v, 32)}; }
inline Wide wide(uint32_t x) { const __m512i v = _mm512_set1_epi32(static_cast<int>(x)); return {v, v}; }
inline Ints narrow(Wide x) { return {_mm512_mask_shuffle_epi32(x.even, 0xaaaa, x.odd, _MM_PERM_CCAA)}; }
/** The low half of each product is its low word; `high` brings its high word there. */
inline Wide multiply(Wide a, Wide b) { return {_mm512_mul_epu32(a.even, b.even), _mm512_mul_epu32(a.odd, b.odd)}; }
inline Wide high(Wide x) { return {_mm512_srli_epi64(x.even, 32), _mm512_srli_epi64(x.odd, 32)}; }
inline Wide exclusive(Wide a, Wide b) { return {_mm512_xor_si512(a.even, b.even), _mm512_xor_si512(a.odd, b.odd)}; }
inline Wide exclusive(Wide a, Wide b, Wide c) {
  return {_mm512_ternarylogic_epi32(a.even, b.even, c.even, 0x96), _mm512_ternarylogic_epi32(a.odd, b.odd, c.odd, 0x96)};
}

/** x as `quarter` quarter turns, to the nearest, and what is left of it, in quarter turns. */
inline void quarterTurns(Floats x, const double* turn, Ints* quarter, Floats* rest) {
  const __m512d half = _mm512_set1_pd(turn[0]), tail = _mm512_set1_pd(turn[1]), inverse = _mm512_set1_pd(turn[2]);
  __m256i nearest[2];
  __m256 left[2];
  for (int i = 0; i < 2; i++) {
    const __m512d wideX = _mm512_cvtps_pd(i == 0 ? _mm512_castps512_ps256(x.v) : _mm512_extractf32x8_ps(x.v, 1));
    const __m512d n = _mm512_roundscale_pd(_mm512_mul_pd(wideX, inverse), 0);
    const __m512d high = _mm512_sub_pd(wideX, _mm512_mul_pd(n, half));
    left[i] = _mm512_cvtpd_ps(_mm512_mul_pd(_mm512_sub_pd(high, _mm512_mul_pd(n, tail)), inverse));
    nearest[i] = _mm512_cvttpd_epi32(n);
  }
  quarter->v = _mm512_inserti64x4(_mm512_castsi256_si512(nearest[0]), nearest[1], 1);
  rest->v = _mm512_insertf32x8(_mm512_castps256_ps512(left[0]), left[1], 1);
}

}  // namespace
