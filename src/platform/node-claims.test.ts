import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGenerator } from '../random/index.js';
import { type Claim, ClaimLostError, isClaim } from './claims.js';
import { createNodeClaims, leaseVariable } from './node-claims.js';
import { type Disk, nodeDisk } from './node-disk.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'noisy-rnn-claims-'));
});
afterEach(async () => {
  delete process.env[leaseVariable];
  await rm(folder, { recursive: true, force: true });
});

const held = (taken: Awaited<ReturnType<ReturnType<typeof createNodeClaims>['take']>>): Claim => {
  if (!isClaim(taken)) throw new Error(`held by ${taken.host}`);
  return taken;
};

/** As if the holder were a process of another machine, silent for so many seconds. */
async function grow(path: string, silent: number): Promise<void> {
  const owner = JSON.parse((await nodeDisk.read(join(path, 'owner.json')))!) as { id: string };
  await writeFile(join(path, 'owner.json'), JSON.stringify({ ...owner, host: 'elsewhere', machine: 'other', pid: 7 }));
  const then = Date.now() / 1000 - silent;
  await utimes(join(path, `beat-${owner.id}`), then, then);
}

describe('claims on a disk', () => {
  it('are held by one, who is named to the others, and are gone when given back', async () => {
    const claims = createNodeClaims();
    const path = join(folder, 'part-1');
    const claim = held(await claims.take(path, 'part 1'));
    expect(await claims.take(path, 'part 1')).toMatchObject({ pid: process.pid, about: 'part 1', alive: true });
    expect(await claims.list(folder)).toEqual(['part-1']);
    await claim.check();
    await claim.release();
    await claim.release();
    expect(await claims.look(path)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it('go to one of many that take them at once, and to one of many that take them over', async () => {
    const claims = createNodeClaims();
    const path = join(folder, 'part');
    for (const round of [1, 2, 3]) {
      const takers = await Promise.all(Array.from({ length: 12 }, () => claims.take(path, `round ${round}`)));
      expect(takers.filter(isClaim)).toHaveLength(1);
      await grow(path, 1000);
    }
    expect(await claims.look(path)).toMatchObject({ host: 'elsewhere', alive: false });
  });

  it('are not taken over while the holder gives signs of life, by the clock of the file system', async () => {
    const claims = createNodeClaims();
    const path = join(folder, 'part');
    const first = held(await claims.take(path, 'a part'));
    await grow(path, 200);
    const holder = await claims.take(path, 'a part');
    expect(holder).toMatchObject({ host: 'elsewhere', alive: true });
    expect('silentSeconds' in holder && Math.round(holder.silentSeconds)).toBeCloseTo(200, -1);
    await grow(path, 400);
    const second = held(await claims.take(path, 'a part'));
    await expect(first.check()).rejects.toThrow(ClaimLostError);
    expect(first.lost.aborted).toBe(true);
    // What it no longer holds it does not give back.
    await first.release();
    await second.check();
    await second.release();
  });

  it('beat from a thread of their own while this one computes, and notice a loss', async () => {
    process.env[leaseVariable] = '0.4';
    const claims = createNodeClaims();
    const path = join(folder, 'part');
    const claim = held(await claims.take(path, 'a part'));
    claim.report(0.25);
    // The thread has to start first.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const end = performance.now() + 1500; performance.now() < end; );
    expect(await claims.look(path)).toMatchObject({ alive: true, fraction: 0.25 });
    await nodeDisk.rename(path, `${path}.dead-x`);
    await expect.poll(() => claim.lost.aborted, { timeout: 5000 }).toBe(true);
  });

  it('of a process of this machine that is gone are free at once', async () => {
    const claims = createNodeClaims();
    const path = join(folder, 'part');
    await claims.take(path, 'a part');
    const owner = JSON.parse((await nodeDisk.read(join(path, 'owner.json')))!) as { machine: string };
    await writeFile(join(path, 'owner.json'), JSON.stringify({ ...owner, began: '1' }));
    expect(isClaim(await claims.take(path, 'a part'))).toBe(owner.machine !== '');
  });

  it('survive an owner that cannot be read', async () => {
    const claims = createNodeClaims();
    const path = join(folder, 'part');
    await claims.take(path, 'a part');
    await writeFile(join(path, 'owner.json'), '');
    expect(isClaim(await claims.take(path, 'a part'))).toBe(false);
    const then = Date.now() / 1000 - 400;
    await utimes(path, then, then);
    expect(isClaim(await claims.take(path, 'a part'))).toBe(true);
    await claims.tidy(folder);
    expect(await readdir(folder)).toEqual(['part']);
  });
});

/**
 * A network file system at its worst, as far as it is allowed to go: renames that were done and report failure, renames
 * that were not done, and names that are seen late.
 */
function faulty(seed: number): Disk {
  const generator = createGenerator(seed, 'faults');
  const seen = new Map<string, { names: string[]; until: number }>();
  const code = (text: string) => Object.assign(new Error(text), { code: text });
  return {
    ...nodeDisk,
    rename: async (from, to) => {
      const chance = generator.uniform();
      if (chance < 0.1) throw code('EIO');
      await nodeDisk.rename(from, to);
      if (chance < 0.4) throw code('ENOENT');
    },
    names: async (path) => {
      const kept = seen.get(path);
      if (kept !== undefined && performance.now() < kept.until) return kept.names;
      const names = await nodeDisk.names(path);
      if (names !== null) seen.set(path, { names, until: performance.now() + 20 });
      return names;
    },
  };
}

it('are held by one on a network file system with faults', async () => {
  const machines = Array.from({ length: 6 }, (_, machine) => createNodeClaims(faulty(machine)));
  const path = join(folder, 'part');
  let [inside, taken] = [0, 0];
  await Promise.all(
    machines.map(async (claims) => {
      for (let done = 0; done < 10; ) {
        const claim = await claims.take(path, 'a part');
        if (!isClaim(claim)) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          continue;
        }
        inside += 1;
        expect(inside).toBe(1);
        await claim.check();
        taken += 1;
        done += 1;
        inside -= 1;
        await claim.release();
      }
    }),
  );
  expect(taken).toBe(60);
  expect(await createNodeClaims().look(path)).toBeNull();
});
