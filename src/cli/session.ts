/** What every command needs of the process: where output and progress go, and whether to stop. */
import { parseDuration } from './duration.js';
import { createProgress, type Progress, type ProgressStream } from './terminal/progress.js';

export interface Session {
  /**
   * Aborted by the first Ctrl-C, by SIGTERM, by SIGHUP, and when the time limit is over; what is done is then saved. A
   * second Ctrl-C ends the process at once.
   */
  readonly signal: AbortSignal;
  /** Stops in good time before whoever gave the time takes it away. @throws InputError for what is no duration. */
  readonly limitTime: (text: string | undefined) => void;
  /** Stops as a signal does. */
  readonly stop: (reason: string) => void;
  /** On standard error: a bar on a terminal, plain lines otherwise. */
  readonly progress: Progress;
  /** Prints the one JSON document on standard output, or the text for people. */
  readonly print: (options: { json?: boolean | undefined }, document: unknown, text: string) => void;
  /** Characters a line of standard output has; undefined where it is no terminal. */
  readonly columns: number | undefined;
  readonly complain: (message: string) => void;
  readonly close: () => void;
}

/** Standard output and standard error, or what stands for them in a test. */
export interface Streams {
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream & { readonly isTTY?: boolean };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal and the program that started this one may both pass on the same Ctrl-C. */
const sameKeyMilliseconds = 500;

export function createSession({ stdout, stderr }: Streams): Session {
  const controller = new AbortController();
  let interruptedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (reason: string) => controller.abort(new Error(reason));
  const onSignal = (name: NodeJS.Signals) => {
    // A scheduler may say SIGTERM to a process and to the script that passes it on: twice is no more urgent than once.
    if (name === 'SIGINT' && performance.now() - (interruptedAt ?? Number.POSITIVE_INFINITY) > sameKeyMilliseconds)
      process.exit(130);
    if (name === 'SIGINT') interruptedAt ??= performance.now();
    stop(name);
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop,
    limitTime: (text) => {
      if (text === undefined) return;
      timer = setTimeout(() => stop('time limit'), Math.min(1000 * parseDuration('time-limit', text), 2 ** 31 - 1));
      timer.unref();
    },
    progress: createProgress({ stream: stderr, isTerminal: stderr.isTTY === true, now: () => performance.now() }),
    print: ({ json }, document, text) => {
      stdout.write(json ? `${JSON.stringify(document)}\n` : `${text}\n`);
    },
    columns: stdout.columns,
    complain: (message) => {
      stderr.write(`${message}\n`);
    },
    close: () => {
      clearTimeout(timer);
      for (const name of signals) process.removeListener(name, onSignal);
    },
  };
}
