import type { Command } from 'commander';

export interface TimeLimitOption {
  readonly timeLimit?: string;
}

/** For commands that may run long. */
export function addTimeLimit(command: Command): Command {
  return command.option('--time-limit <time>', 'save and stop with code 130 after so long: 90s, 55m, 1h30m, 1:30:00');
}
