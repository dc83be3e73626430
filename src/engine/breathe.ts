const longest = 50;

/**
 * A pause that lets signals, timers and drawing have their turn, taken only when the last one was 50 ms ago: an engine
 * that computes on this thread would otherwise keep them all waiting until the end.
 */
export function createBreather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < longest) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    last = performance.now();
  };
}
