/** A run folder is worked on by one process at a time. */
import { HeldError } from '../errors.js';
import { type Claim, holderText, isClaim } from '../platform/claims.js';
import { claimsOf } from '../platform/claims-of.js';
import type { Files } from '../platform/files.js';

const NAME = '.claim';

/** Whether a name in a run's folder is that of its claim, or of what a claim leaves behind. */
export function belongsToClaim(name: string): boolean {
  return name.startsWith(NAME) || name.startsWith('.clock-');
}

/** @throws HeldError saying who works on it. */
export async function claimRun(files: Files, run: string): Promise<Claim> {
  const taken = await claimsOf(files).take(files.join(run, NAME), `run ${files.baseName(run)}`);
  if (isClaim(taken)) return taken;
  throw new HeldError(
    `${run} is being worked on (${holderText(taken)}); wait for it, or stop it first. If that process is gone, ` +
      'its claim runs out by itself a few minutes after its last sign of life',
  );
}

/** Uses the claim of a run and gives it back, whatever happens. */
export async function withRunClaim<Result>(
  files: Files,
  run: string,
  use: (claim: Claim) => Promise<Result>,
): Promise<Result> {
  const claim = await claimRun(files, run);
  try {
    return await use(claim);
  } finally {
    await claim.release();
  }
}
