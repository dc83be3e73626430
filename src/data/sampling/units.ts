/** Units of time by the names that files and people give them, in seconds. */
const seconds: Readonly<Record<string, number>> = {
  ...{ ns: 1e-9, nanosecond: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, microsecond: 1e-6, ms: 1e-3, millisecond: 1e-3 },
  ...{ s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hr: 3600, hour: 3600, d: 86400, day: 86400 },
};

/** Null for a name that is none. */
function secondsOf(unit: string): number | null {
  const name = unit.trim();
  return seconds[name] ?? seconds[name.toLowerCase().replace(/s$/, '')] ?? seconds[name.toLowerCase()] ?? null;
}

/** By what times in one unit are multiplied to be in the other; 1 where one of them is not known; null if it cannot be told. */
export function unitFactor(from: string | null, to: string | null): number | null {
  if (from === null || to === null || from === to) return 1;
  const [own, other] = [secondsOf(from), secondsOf(to)];
  return own === null || other === null ? null : own / other;
}
