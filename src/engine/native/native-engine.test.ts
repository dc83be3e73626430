/** What the engine makes of a module, shown with one that does not compute. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { multiply } from '../../graph/index.js';
import { carry, phase } from '../../program/index.js';
import { formatVersion } from '../words/format.js';
import type { NativeBinding, NativeHandle } from './binding.js';
import { createNativeEngine } from './native-engine.js';

const sets = [
  { name: 'wide', fused: true, productUnits: 8 },
  { name: 'plain', fused: false, productUnits: 6 },
];
const outOfMemory = () => {
  throw Object.assign(new Error('out of memory'), { code: 'MEMORY' });
};

function moduleWith(changes: Partial<NativeBinding>) {
  const binding: NativeBinding = {
    tapeVersion: formatVersion,
    sets: () => sets,
    open: () => ({}) as NativeHandle,
    threads: () => 1,
    allocate: (bytes) => new ArrayBuffer(bytes),
    run: async () => {},
    close: () => {},
    ...changes,
  };
  return { binding, digest: 'digest' };
}

async function runWith(changes: Partial<NativeBinding>) {
  const engine = await createNativeEngine(moduleWith(changes));
  const double = phase('only', 'once', { carries: { y: multiply(2, carry('x', 3)) } });
  const kernel = engine.compile({ prepare: {}, phases: [double], finish: {} }, { carries: ['y'] });
  return kernel.run({ rows: 2, steps: 1, parameters: {} });
}

describe('createNativeEngine', () => {
  it('takes the best set or the one asked for, and names the build after what it computes', async () => {
    expect((await createNativeEngine(moduleWith({}))).build).toBe('native-fused-digest');
    expect((await createNativeEngine(moduleWith({}), { set: 'plain' })).build).toBe('native-plain-digest');
    await expect(createNativeEngine(moduleWith({}), { set: 'other' })).rejects.toThrow(/no other kernels.*wide, plain/);
  });

  it('refuses a module of another version', async () => {
    await expect(createNativeEngine(moduleWith({ tapeVersion: formatVersion + 1 }))).rejects.toThrow(/build it again/);
  });

  it.each([
    ['memory for the values', { allocate: outOfMemory }],
    ['memory for the workspaces', { run: outOfMemory }],
  ])('says what is needed where there is no %s', async (_, changes) => {
    const failure = await runWith(changes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toMatch(/needs 1 MiB for this batch.*--batch-size/);
  });

  it('passes other failures on', async () => {
    const broken = { run: () => Promise.reject(new Error('broken')) };
    await expect(runWith(broken)).rejects.toThrow('broken');
  });
});
