/** What every command needs of the process: where output and progress go, and whether to stop. */
import { createProgress, type Progress, type ProgressStream } from './terminal/progress.js';

export interface Session {
  /** Aborted by the first Ctrl-C; the second ends the process at once. */
  readonly signal: AbortSignal;
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

export function createSession({ stdout, stderr }: Streams): Session {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, stop);
  return {
    signal: controller.signal,
    progress: createProgress({ stream: stderr, isTerminal: stderr.isTTY === true, now: () => performance.now() }),
    print: ({ json }, document, text) => {
      stdout.write(json ? `${JSON.stringify(document)}\n` : `${text}\n`);
    },
    columns: stdout.columns,
    complain: (message) => {
      stderr.write(`${message}\n`);
    },
    close: () => {
      for (const name of signals) process.removeListener(name, stop);
    },
  };
}
