// A panel's 16 rows one by one, in plain C++, for processors without any of the vector units above. The compiler may
// still use what its baseline has. Without a fused multiply-add products are rounded before they are added.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

constexpr int kLanes = 1;
constexpr bool kFused = false;
constexpr int kProductUnits = 6;
constexpr int kOuterRows = 4, kOuterVectors = 1;

struct Floats { float v; };
struct Ints { uint32_t v; };
using Mask = bool;

inline Floats load(const float* p) { return {*p}; }
inline void store(float* p, Floats x) { *p = x.v; }
inline Floats splat(float x) { return {x}; }
inline Floats add(Floats a, Floats b) { return {a.v + b.v}; }
inline Floats sub(Floats a, Floats b) { return {a.v - b.v}; }
inline Floats mul(Floats a, Floats b) { return {a.v * b.v}; }
inline Floats div(Floats a, Floats b) { return {a.v / b.v}; }
inline Floats root(Floats a) { return {std::sqrt(a.v)}; }
inline Floats madd(Floats a, Floats b, Floats c) { return {a.v * b.v + c.v}; }
inline Floats nmadd(Floats a, Floats b, Floats c) { return {c.v - a.v * b.v}; }
inline Floats pmin(Floats a, Floats b) { return b.v < a.v ? b : a; }
inline Floats pmax(Floats a, Floats b) { return a.v < b.v ? b : a; }

inline Mask less(Floats a, Floats b) { return a.v < b.v; }
inline Mask equal(Floats a, Floats b) { return a.v == b.v; }
inline Mask unequal(Floats a, Floats b) { return a.v != b.v; }
inline Floats choose(Mask m, Floats yes, Floats no) { return m ? yes : no; }

inline Ints bits(Floats x) { Ints y; std::memcpy(&y, &x, 4); return y; }
inline Floats floats(Ints x) { Floats y; std::memcpy(&y, &x, 4); return y; }
inline Ints load(const uint32_t* p) { return {*p}; }
inline Ints splat(uint32_t x) { return {x}; }
inline Ints add(Ints a, Ints b) { return {a.v + b.v}; }
inline Ints sub(Ints a, Ints b) { return {a.v - b.v}; }
inline Ints both(Ints a, Ints b) { return {a.v & b.v}; }
inline Ints either(Ints a, Ints b) { return {a.v | b.v}; }
inline Ints exclusive(Ints a, Ints b) { return {a.v ^ b.v}; }
template <int N> inline Ints left(Ints a) { return {a.v << N}; }
template <int N> inline Ints right(Ints a) { return {a.v >> N}; }
template <int N> inline Ints arithmeticRight(Ints a) {
  return {static_cast<uint32_t>(static_cast<int32_t>(a.v) >> N)};
}
inline Mask atLeast(Ints a, Ints b) { return a.v >= b.v; }
inline Mask nonzero(Ints a) { return a.v != 0; }
inline Floats convert(Ints a) { return {static_cast<float>(static_cast<int32_t>(a.v))}; }

struct Wide { uint64_t v; };
inline Wide widen(Ints x) { return {x.v}; }
inline Wide wide(uint32_t x) { return {x}; }
inline Ints narrow(Wide x) { return {static_cast<uint32_t>(x.v)}; }
inline Wide multiply(Wide a, Wide b) { return {(a.v & 0xffffffffu) * (b.v & 0xffffffffu)}; }
inline Wide high(Wide x) { return {x.v >> 32}; }
inline Wide exclusive(Wide a, Wide b) { return {a.v ^ b.v}; }
inline Wide exclusive(Wide a, Wide b, Wide c) { return {a.v ^ b.v ^ c.v}; }

inline void quarterTurns(Floats x, const double* turn, Ints* quarter, Floats* rest) {
  const double n = std::nearbyint(x.v * turn[2]);
  const double high = x.v - n * turn[0];
  rest->v = static_cast<float>((high - n * turn[1]) * turn[2]);
  const bool countable = std::fabs(n) < 2147483648.0;
  quarter->v = countable ? static_cast<uint32_t>(static_cast<int32_t>(n)) : 0x80000000u;
}

}  // namespace
