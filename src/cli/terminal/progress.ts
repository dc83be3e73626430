import { formatDuration } from '../../report/format.js';

/** Where progress goes: standard error, or anything that takes text. */
export interface ProgressStream {
  write(text: string): unknown;
  /** Characters a line of the terminal has. */
  readonly columns?: number | undefined;
}

export interface ProgressOptions {
  stream: ProgressStream;
  /** A bar that is drawn over and over, or plain lines now and then. */
  isTerminal: boolean;
  /** Milliseconds from any origin. */
  now: () => number;
}

export interface Progress {
  /** @param fraction of all work done, in [0, 1]; may start above 0 when earlier work is taken up again. */
  update(fraction: number, label: string): void;
  /** A line that stays, above the bar. */
  note(line: string): void;
  /** Ends with a line that stays; the bar goes. */
  done(line: string): void;
}

/** Redrawing more often than this only flickers. */
const REDRAW_MILLISECONDS = 100;
/** Without a terminal a line is printed at each tenth of the work, and at least this often. */
const LINE_MILLISECONDS = 10_000;
const BAR_CELLS = 24;
const CLEAR_LINE = '\r\u001b[2K';

/** Seconds to go at the pace kept since the first update, or undefined while there is no pace to speak of. */
function remainingTime(startedAt: number, startFraction: number, now: number, fraction: number): number | undefined {
  const gained = fraction - startFraction;
  if (gained <= 0 || now <= startedAt) return undefined;
  return ((now - startedAt) / 1000 / gained) * (1 - fraction);
}

function describe(fraction: number, remaining: number | undefined, label: string): string {
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const time = remaining === undefined || fraction >= 1 ? '' : `, ${formatDuration(remaining)} left`;
  return `${percent}${time}  ${label}`;
}

function bar(fraction: number): string {
  const filled = Math.floor(fraction * BAR_CELLS);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}]`;
}

/** Reports progress on a stream: one bar that is redrawn on a terminal, plain lines at intervals otherwise. */
export function createProgress({ stream, isTerminal, now }: ProgressOptions): Progress {
  let start: { at: number; fraction: number } | undefined;
  let shown: { at: number; fraction: number; text: string } | undefined;

  function isDue(at: number, fraction: number): boolean {
    if (!shown) return true;
    const passed = at - shown.at;
    if (isTerminal) return passed >= REDRAW_MILLISECONDS || (fraction >= 1 && shown.fraction < 1);
    return passed >= LINE_MILLISECONDS || Math.floor(fraction * 10) > Math.floor(shown.fraction * 10);
  }

  function drawBar(text: string): void {
    // One column stays free: some terminals wrap as soon as the last one is written.
    const width = Math.max(1, (stream.columns ?? 80) - 1);
    stream.write(CLEAR_LINE + [...text].slice(0, width).join(''));
  }

  function line(text: string): void {
    stream.write(`${isTerminal && shown ? CLEAR_LINE : ''}${text}\n`);
  }

  return {
    update(given, label) {
      const fraction = Number.isFinite(given) ? Math.min(1, Math.max(0, given)) : 0;
      const at = now();
      start ??= { at, fraction };
      if (!isDue(at, fraction)) return;
      const text = describe(fraction, remainingTime(start.at, start.fraction, at, fraction), label);
      shown = { at, fraction, text: isTerminal ? `${bar(fraction)} ${text}` : text.trimStart() };
      if (isTerminal) drawBar(shown.text);
      else line(shown.text);
    },
    note(text) {
      line(text);
      if (isTerminal && shown) drawBar(shown.text);
    },
    done(text) {
      line(text);
      start = undefined;
      shown = undefined;
    },
  };
}
