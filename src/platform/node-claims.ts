/**
 * Claims on a file system that one machine or many share, NFS among them.
 *
 * A claim is the folder `PATH`, holding `owner.json` and a beat, `beat-ID`, that its holder writes to every quarter of
 * its lease. What it rests on:
 *
 * 1. To take: a folder `PATH.new-ID` is made with owner and beat in it, then renamed to `PATH`. Renaming a folder onto one
 *    that is not empty fails, so one of many wins, and nobody ever sees a claim without an owner.
 * 2. To take over: the silent claim is renamed to `PATH.dead-OWNER`, which stays. Two that take over the same owner want
 *    the same name, so the second fails rather than carry off the claim of the first. Then as under 1.
 * 3. A rename may report failure though it was done (a network file system repeats a request whose answer was lost): what
 *    counts is the owner that is found at `PATH` afterwards.
 * 4. Silence is measured between the time of the beat and that of a file just written beside it, both set by the file
 *    system: clocks of machines may differ. A process of this very machine is asked for directly, and taken over at once
 *    when it is gone.
 * 5. A holder that was suspended and taken over finds its own beat gone: its thread of beats, and `check` before each
 *    write that only one process may make, tell it to stop.
 */
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type Claim, ClaimLostError, type Claims, type Holder } from './claims.js';
import { type Disk, nodeDisk } from './node-disk.js';
import { beatText, startBeating } from './node-heartbeat.js';
import { isRunning, type ProcessIdentity, thisProcess } from './node-process.js';

interface Owner extends ProcessIdentity {
  readonly id: string;
  readonly about: string;
  /** Seconds. */
  readonly lease: number;
}

/** Seconds of silence after which a claim may be taken over: longer than a network file system keeps old answers. */
const usualLease = 300;
/** Seconds, for tests and for those who know their file system. */
export const leaseVariable = 'NOISY_RNN_LEASE';
/** Marks folders that are no claims (any more): being made, taken over, given back. */
const marks = ['.new-', '.dead-', '.gone-', '.clock-'];
const attempts = 5;

export function createNodeClaims(disk: Disk = nodeDisk): Claims {
  const ownerOf = async (path: string): Promise<Owner | 'unreadable' | null> => {
    const file = join(path, 'owner.json');
    let text = await disk.read(file);
    if (text === null && (await disk.changed(path)) === null) return null;
    // One was given back and the next one taken in between; or there is none, which no claim of ours is without.
    text ??= await disk.read(file);
    if (text === null) return (await disk.changed(path)) === null ? null : 'unreadable';
    try {
      return JSON.parse(text) as Owner;
    } catch {
      return 'unreadable';
    }
  };

  const clocks = new Map<string, { readonly ahead: number; readonly at: number }>();
  /** The file system's own time, in milliseconds: asked for now and then, by this process's clock in between. */
  const now = async (folder: string): Promise<number> => {
    const known = clocks.get(folder);
    if (known !== undefined && performance.now() - known.at < 5000) return performance.now() + known.ahead;
    const path = join(folder, `.clock-${randomUUID()}`);
    try {
      await disk.write(path, '');
      const time = (await disk.changed(path)) ?? Date.now();
      clocks.set(folder, { ahead: time - performance.now(), at: performance.now() });
      return time;
    } catch {
      // A folder that may only be read.
      return Date.now();
    } finally {
      await disk.remove(path).catch(() => {});
    }
  };

  const seen = async (path: string): Promise<{ readonly owner: Owner; readonly holder: Holder } | null> => {
    const found = await ownerOf(path);
    if (found === null) return null;
    const owner = found === 'unreadable' ? nobody : found;
    const beat = join(path, found === 'unreadable' ? '' : `beat-${owner.id}`);
    const changed = await disk.changed(beat);
    // Released or taken over while it was looked at.
    if (changed === null) return null;
    const silentSeconds = Math.max(0, ((await now(dirname(path))) - changed) / 1000);
    const alive = isRunning(owner) !== false && silentSeconds <= owner.lease;
    const fraction = owner === nobody ? 0 : Number(await disk.read(beat));
    const { host, pid, about } = owner;
    const said = Number.isFinite(fraction) && fraction > 0 ? fraction : null;
    return { owner, holder: { host, pid, about, silentSeconds, alive, fraction: said } };
  };

  const enter = async (path: string, about: string): Promise<Owner | null> => {
    const id = randomUUID();
    const owner: Owner = { ...thisProcess(), id, about, lease: leaseOf(process.env) };
    const made = `${path}.new-${id}`;
    await disk.makeFolder(made);
    await disk.write(join(made, 'owner.json'), `${JSON.stringify(owner)}\n`);
    await disk.write(join(made, `beat-${id}`), beatText(null));
    await attempted(() => disk.rename(made, path));
    const found = await ownerOf(path);
    if (found !== null && found !== 'unreadable' && found.id === id) return owner;
    await disk.remove(made);
    return null;
  };

  const retire = async (path: string, owner: Owner): Promise<void> => {
    const tomb = `${path}.dead-${owner === nobody ? randomUUID() : owner.id}`;
    if ((await disk.names(tomb)) !== null) return;
    await attempted(() => disk.rename(path, tomb));
    const carried = await ownerOf(tomb);
    // Someone else's, who came between the look and the rename: it goes back.
    if (carried !== null && (carried === 'unreadable' ? nobody : carried).id !== owner.id)
      await attempted(() => disk.rename(tomb, path));
  };

  const hold = (path: string, { id, lease }: Owner): Claim => {
    const controller = new AbortController();
    const beat = join(path, `beat-${id}`);
    const lose = () => controller.abort(new ClaimLostError(lostText(path)));
    const beating = startBeating(id, beat, (1000 * lease) / 4, lose);
    return {
      lost: controller.signal,
      report: (fraction) => beating.report(fraction),
      async check() {
        if (!controller.signal.aborted && (await disk.changed(beat)) === null) lose();
        controller.signal.throwIfAborted();
      },
      async release() {
        beating.stop();
        const gone = `${path}.gone-${id}`;
        for (let attempt = 0; attempt < attempts; attempt++) {
          const found = await ownerOf(path);
          if (found === null || found === 'unreadable' || found.id !== id) break;
          await attempted(() => disk.rename(path, gone));
        }
        await disk.remove(gone);
      },
    };
  };

  return {
    async take(path, about) {
      let holder: Holder | undefined;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const found = await seen(path);
        holder = found?.holder;
        if (holder?.alive) return holder;
        if (found !== null) await retire(path, found.owner);
        const owner = await enter(path, about);
        if (owner !== null) return hold(path, owner);
      }
      // Others were faster every time.
      return holder ?? { ...nobody, about, silentSeconds: 0, alive: true, fraction: null };
    },
    look: async (path) => (await seen(path))?.holder ?? null,
    list: async (folder) => ((await disk.names(folder)) ?? []).filter((name) => !isRemnant(name)).sort(),
    async tidy(folder) {
      for (const name of (await disk.names(folder)) ?? []) if (isRemnant(name)) await disk.remove(join(folder, name));
    },
  };
}

/** Whether a name is that of what a claim leaves behind, not of a claim. */
export function isRemnant(name: string): boolean {
  return marks.some((mark) => name.includes(mark));
}

const nobody: Owner = {
  ...{ host: 'unknown', pid: 0, machine: '', began: '', id: 'unreadable', about: 'unknown' },
  lease: usualLease,
};

function leaseOf(environment: NodeJS.ProcessEnv): number {
  const seconds = Number(environment[leaseVariable]);
  return seconds > 0 ? seconds : usualLease;
}

function lostText(path: string): string {
  return (
    `another process has taken over ${basename(path)}: this one gave no sign of life for longer than its lease; ` +
    'what the other computes is the same'
  );
}

/** What it says of itself does not count: the caller looks. */
async function attempted(operation: () => Promise<void>): Promise<void> {
  try {
    await operation();
  } catch {
    // See point 3 above.
  }
}
