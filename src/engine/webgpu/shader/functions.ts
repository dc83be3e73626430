/**
 * Elementary functions in WGSL, with the polynomials of native/src/math.h. The standard lets tanh, exp, log, sin and cos be off by far more
 * than float32's rounding (sin and cos by 2⁻¹¹), and lets a compiler assume that there is no NaN and no infinity: what must survive
 * those is decided on bits.
 */
const elementary = /* wgsl */ `
fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

fn tanhOf(a: f32) -> f32 {
  let x = clamp(a, -8.9f, 8.9f);
  let z = x * x;
  var p = fma(z, 1.359877543904986e-8f, 2.078864235954825e-5f);
  p = fma(z, p, 0.003506674896925688f);
  p = fma(z, p, 0.13390429317951202f);
  p = fma(z, p, 1.0f) * x;
  var q = fma(z, 7.877414418544504e-7f, 3.303637495264411e-4f);
  q = fma(z, q, 0.025919366627931595f);
  q = fma(z, q, 0.4672375023365021f);
  q = fma(z, q, 1.0f);
  return select(clamp(p / q, -1.0f, 1.0f), a, isNaN(a));
}

fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>((n + 127) << 23u); }

fn expOf(a: f32) -> f32 {
  let x = clamp(a, -104.0f, 89.0f);
  let n = round(x * 1.44269504088896341f);
  let r = fma(n, 2.12194440e-4f, fma(n, -0.693359375f, x));
  var p = fma(r, 1.9875691500e-4f, 1.3981999507e-3f);
  p = fma(r, p, 8.3334519073e-3f);
  p = fma(r, p, 4.1665795894e-2f);
  p = fma(r, p, 1.6666665459e-1f);
  p = fma(r, p, 5.0000001201e-1f);
  p = fma(r * r, p, r) + 1.0f;
  let i = i32(n);
  let half = i >> 1u;
  return select(p * powerOfTwo(half) * powerOfTwo(i - half), a, isNaN(a));
}

fn sigmoidOf(x: f32) -> f32 { return 1.0f / (1.0f + expOf(-x)); }

// max(x, 0) + log(1 + e) with e = exp(−|x|), by 2 artanh(e / (2 + e)): a compiler may cancel the sums that other forms rest on.
fn softplusOf(x: f32) -> f32 {
  let e = expOf(-abs(x));
  let q = 2.0f / (2.0f + e);
  let s = 0.5f * e * q;
  let z = s * s;
  let p = fma(z, fma(z, fma(z, fma(z, fma(z, fma(z, fma(z, 0.05882352941f, 0.06666666667f), 0.07692307692f), 0.09090909091f), 0.1111111111f), 0.1428571429f), 0.2f), 0.3333333333f);
  // e itself is the smallest factor: half of it may be denormal, and become zero.
  let y = max(x, 0.0f) + e * q * fma(z, p, 1.0f);
  return select(y, x, isNaN(x));
}

// log(value · 2^−shift)
fn logScaled(value: f32, shift: i32) -> f32 {
  let bits = bitcast<i32>(value);
  let exponent = (bits - 0x3f3504f3) >> 23u;
  let g = bitcast<f32>(bits - (exponent << 23u)) - 1.0f;
  let e = f32(exponent - shift);
  let g2 = g * g;
  let g4 = g2 * g2;
  let low = fma(g2, fma(g, -0.16623357361754348f, 0.20001226880673903f), fma(g, -0.25000821033887427f, 0.33333331707659114f));
  let high = fma(g2, fma(g, -0.07634497905508147f, 0.1276157759369639f), fma(g, -0.13160182132923293f, 0.1420175790721442f));
  let r = fma(g4, high, low);
  let tail = fma(e, -2.12194440e-4f, g * g2 * r);
  return fma(e, 0.693359375f, g + fma(g2, -0.5f, tail));
}

// Infinities come of the table: WGSL has no literal for them, and may compute as if there were none.
fn logOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let denormal = bits < 0x00800000u;
  var result = logScaled(select(x, x * 8388608.0f, denormal), select(0, 23, denormal));
  result = select(result, x, bits >= 0x7f800000u);
  let negative = (bits & 0x80000000u) != 0u;
  let zero = (bits & 0x7fffffffu) == 0u;
  result = select(result, bitcast<f32>(run.nan), negative);
  return select(result, bitcast<f32>(run.minusInfinity), zero);
}

fn sinQuarter(f: f32) -> f32 {
  let z = f * f;
  var p = fma(z, -0.004604834195665836f, 0.07968141281129759f);
  p = fma(z, p, -0.6459636301984152f);
  p = fma(z, p, -4.371139000186241e-8f);
  return fma(f, 1.5707963705062866f, f * p);
}
fn cosQuarter(f: f32) -> f32 {
  let z = f * f;
  var p = fma(z, 0.0009037665443839341f, -0.020860165112039607f);
  p = fma(z, p, 0.25366922596558805f);
  p = fma(z, p, -1.2337005425976726f);
  return fma(z, p, 1.0f);
}

// π/2 in four parts of 8 bits or so (exact multiples up to 2^15), as WGSL has no float64.
fn sinOfTurns(x: f32, turns: i32) -> f32 {
  let n = round(x * 0.636619772f);
  var r = fma(n, -1.5703125f, x);
  r = fma(n, -4.837512969970703e-4f, r);
  r = fma(n, -7.54953362047672272e-8f, r);
  r = fma(n, -2.5632829192545614e-12f, r);
  let quarter = i32(n) + turns;
  let z = r * r;
  let sine = fma(r * z, fma(z, fma(z, -1.9515295891e-4f, 8.3321608736e-3f), -1.6666654611e-1f), r);
  let cosine = fma(z * z, fma(z, fma(z, 2.443315711809948e-5f, -1.388731625493765e-3f), 4.166664568298827e-2f), fma(z, -0.5f, 1.0f));
  let value = select(sine, cosine, (quarter & 1) != 0);
  return bitcast<f32>(bitcast<u32>(value) ^ (u32(quarter & 2) << 30u));
}
fn sinOf(x: f32) -> f32 { return sinOfTurns(x, 0); }
fn cosOf(x: f32) -> f32 { return sinOfTurns(x, 1); }
`;

const parts = new Map(
  elementary.split(/\n(?=fn |\/\/)/).flatMap((text) => {
    const name = /fn (\w+)\(/.exec(text)?.[1];
    return name === undefined ? [] : [[name, text] as const];
  }),
);

/** The functions that a shader's text calls, and those that they call: a driver compiles all that it is given. */
export function functionsFor(body: string): string {
  const wanted = new Set<string>();
  const visit = (text: string): void => {
    for (const [name, part] of parts)
      if (!wanted.has(name) && new RegExp(`\\b${name}\\(`).test(text)) {
        wanted.add(name);
        visit(part.slice(part.indexOf('{')));
      }
  };
  visit(body);
  return [...parts].flatMap(([name, text]) => (wanted.has(name) ? [text] : [])).join('\n');
}
