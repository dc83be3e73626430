import type { Interval } from '../result/study.js';

const MISSING = '–';

/** A number with fixed decimals and a true minus sign; a dash where there is none (JSON has no NaN, it says null). */
export function formatFixed(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** An accuracy in [0, 1], three decimals. */
export function formatAccuracy(value: number): string {
  return formatFixed(value, 3);
}

/** The ends of an interval of accuracies: `0.941–0.965`; of a single seed there is none. */
export function formatRange(interval: Interval): string {
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return 'no interval';
  return `${formatAccuracy(interval.low)}–${formatAccuracy(interval.high)}`;
}

/** A difference of accuracies with its sign; four decimals, for differences are smaller than what they are of. */
export function formatDifference(value: number): string {
  const text = formatFixed(value, 4);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** The ends of an interval of differences: `−0.0021 to +0.0113`; of a single seed there is none. */
export function formatDifferenceRange({ low, high }: Interval): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'no interval';
  return `${formatDifference(low)} to ${formatDifference(high)}`;
}

/** Three significant digits, with a true minus sign and, for differences, a plus; a dash where there is none. */
export function formatSignificant(value: number | null, sign = false): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const text = size >= 1e5 || (size > 0 && size < 1e-4) ? size.toExponential(2) : String(Number(size.toPrecision(3)));
  if (value < 0) return `−${text}`;
  return sign && value > 0 ? `+${text}` : text;
}

/** A whole number with thin spaces between thousands, so that it does not depend on the reader's locale. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f') : MISSING;
}

/** Seconds as `12.3 s`, `4 min 05 s` or `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A setting just as it is in the result, numbers in full. */
export function formatSetting(value: string | number | boolean | undefined): string {
  if (value === undefined || value === null) return MISSING;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
