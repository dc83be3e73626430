/**
 * Scores of a part as it is computed, kept until the part is whole: attacks and measures take longer than training, and a
 * worker may be stopped between them.
 */
import type { Files } from '../platform/files.js';

export type KeptStage = <Value>(name: string, compute: () => Promise<Value>) => Promise<Value>;

/**
 * @param prefix path of the part's stages, to which the name of each is added; nothing is kept without one.
 * @param identity what the scores depend on: a file of another is computed anew.
 */
export function keptStages(files: Files, prefix: string | undefined, identity: unknown): KeptStage {
  const own = JSON.stringify(identity);
  return async (name, compute) => {
    if (prefix === undefined) return compute();
    const path = `${prefix}-${name}.json`;
    if ((await files.kind(path)) === 'file') {
      const known = JSON.parse(new TextDecoder().decode(await files.read(path))) as { identity: string; value: never };
      if (known.identity === own) return known.value;
    }
    const value = await compute();
    await files.write(path, `${JSON.stringify({ identity: own, value })}\n`);
    return value;
  };
}
