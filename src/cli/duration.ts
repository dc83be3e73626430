import { InputError } from '../errors.js';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86400 };

/**
 * Seconds of `90`, `90s`, `55m`, `1h30m`, `2d`, and of what schedulers write: `1:30:00`, `2-12:00:00`.
 * @throws InputError naming the flag.
 */
export function parseDuration(flag: string, text: string): number {
  const clock = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text.trim());
  if (clock !== null) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
    return positive(flag, text, ((days * 24 + hours) * 60 + minutes) * 60 + seconds);
  }
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?/g)];
  const whole = parts.map(([part]) => part).join('') === text.replaceAll(' ', '');
  if (!whole || parts.length === 0 || (parts.length > 1 && parts.some(([, , unit]) => unit === undefined)))
    return positive(flag, text, Number.NaN);
  const seconds = parts.reduce((sum, [, value, unit = 's']) => sum + Number(value) * units[unit]!, 0);
  return positive(flag, text, seconds);
}

function positive(flag: string, text: string, seconds: number): number {
  if (seconds > 0) return seconds;
  throw new InputError(`--${flag}: got "${text}"; expected a time such as 90s, 55m, 1h30m or 1:30:00`);
}
