// A panel's 16 rows as four vectors of NEON on 64-bit ARM.
#pragma once
#include <arm_neon.h>
#include <cstdint>

namespace {

constexpr int kLanes = 4;
constexpr bool kFused = true;
constexpr int kProductUnits = 6;
constexpr int kOuterRows = 6, kOuterVectors = 4;

struct Floats { float32x4_t v; };
struct Ints { uint32x4_t v; };
struct Mask { uint32x4_t v; };

inline Floats load(const float* p) { return {vld1q_f32(p)}; }
inline void store(float* p, Floats x) { vst1q_f32(p, x.v); }
inline Floats splat(float x) { return {vdupq_n_f32(x)}; }
inline Floats add(Floats a, Floats b) { return {vaddq_f32(a.v, b.v)}; }
inline Floats sub(Floats a, Floats b) { return {vsubq_f32(a.v, b.v)}; }
inline Floats mul(Floats a, Floats b) { return {vmulq_f32(a.v, b.v)}; }
inline Floats div(Floats a, Floats b) { return {vdivq_f32(a.v, b.v)}; }
inline Floats root(Floats a) { return {vsqrtq_f32(a.v)}; }
inline Floats madd(Floats a, Floats b, Floats c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
inline Floats nmadd(Floats a, Floats b, Floats c) { return {vfmsq_f32(c.v, a.v, b.v)}; }
inline Floats pmin(Floats a, Floats b) { return {vbslq_f32(vcltq_f32(b.v, a.v), b.v, a.v)}; }
inline Floats pmax(Floats a, Floats b) { return {vbslq_f32(vcltq_f32(a.v, b.v), b.v, a.v)}; }

inline Mask less(Floats a, Floats b) { return {vcltq_f32(a.v, b.v)}; }
inline Mask equal(Floats a, Floats b) { return {vceqq_f32(a.v, b.v)}; }
inline Mask unequal(Floats a, Floats b) { return {vmvnq_u32(vceqq_f32(a.v, b.v))}; }
inline Floats choose(Mask m, Floats yes, Floats no) { return {vbslq_f32(m.v, yes.v, no.v)}; }

inline Ints bits(Floats x) { return {vreinterpretq_u32_f32(x.v)}; }
inline Floats floats(Ints x) { return {vreinterpretq_f32_u32(x.v)}; }
inline Ints load(const uint32_t* p) { return {vld1q_u32(p)}; }
inline Ints splat(uint32_t x) { return {vdupq_n_u32(x)}; }
inline Ints add(Ints a, Ints b) { return {vaddq_u32(a.v, b.v)}; }
inline Ints sub(Ints a, Ints b) { return {vsubq_u32(a.v, b.v)}; }
inline Ints both(Ints a, Ints b) { return {vandq_u32(a.v, b.v)}; }
inline Ints either(Ints a, Ints b) { return {vorrq_u32(a.v, b.v)}; }
inline Ints exclusive(Ints a, Ints b) { return {veorq_u32(a.v, b.v)}; }
template <int N> inline Ints left(Ints a) { return {vshlq_n_u32(a.v, N)}; }
template <int N> inline Ints right(Ints a) { return {vshrq_n_u32(a.v, N)}; }
template <int N> inline Ints arithmeticRight(Ints a) {
  return {vreinterpretq_u32_s32(vshrq_n_s32(vreinterpretq_s32_u32(a.v), N))};
}
inline Mask atLeast(Ints a, Ints b) { return {vcgeq_u32(a.v, b.v)}; }
inline Mask nonzero(Ints a) { return {vtstq_u32(a.v, a.v)}; }
inline Floats convert(Ints a) { return {vcvtq_f32_s32(vreinterpretq_s32_u32(a.v))}; }

struct Wide { uint64x2_t even, odd; };
inline Wide widen(Ints x) {
  const uint64x2_t pairs = vreinterpretq_u64_u32(x.v);
  return {pairs, vshrq_n_u64(pairs, 32)};
}
inline Wide wide(uint32_t x) { const uint64x2_t v = vdupq_n_u64(x); return {v, v}; }
inline Ints narrow(Wide x) { return {vreinterpretq_u32_u64(vsliq_n_u64(x.even, x.odd, 32))}; }
inline Wide multiply(Wide a, Wide b) {
  return {vmull_u32(vmovn_u64(a.even), vmovn_u64(b.even)), vmull_u32(vmovn_u64(a.odd), vmovn_u64(b.odd))};
}
inline Wide high(Wide x) { return {vshrq_n_u64(x.even, 32), vshrq_n_u64(x.odd, 32)}; }
inline Wide exclusive(Wide a, Wide b) { return {veorq_u64(a.even, b.even), veorq_u64(a.odd, b.odd)}; }
inline Wide exclusive(Wide a, Wide b, Wide c) { return exclusive(exclusive(a, b), c); }

inline void quarterTurns(Floats x, const double* turn, Ints* quarter, Floats* rest) {
  const float64x2_t half = vdupq_n_f64(turn[0]), tail = vdupq_n_f64(turn[1]), inverse = vdupq_n_f64(turn[2]);
  int32x2_t nearest[2];
  float32x2_t left[2];
  for (int i = 0; i < 2; i++) {
    const float64x2_t wideX = i == 0 ? vcvt_f64_f32(vget_low_f32(x.v)) : vcvt_high_f64_f32(x.v);
    const float64x2_t n = vrndnq_f64(vmulq_f64(wideX, inverse));
    const float64x2_t high = vsubq_f64(wideX, vmulq_f64(n, half));
    left[i] = vcvt_f32_f64(vmulq_f64(vsubq_f64(high, vmulq_f64(n, tail)), inverse));
    nearest[i] = vqmovn_s64(vcvtq_s64_f64(n));
  }
  quarter->v = vreinterpretq_u32_s32(vcombine_s32(nearest[0], nearest[1]));
  rest->v = vcombine_f32(left[0], left[1]);
}

}  // namespace
