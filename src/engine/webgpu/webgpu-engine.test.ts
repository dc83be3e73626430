/** What is this engine's own: bits independent of tiling and memory, faults, refusals. The contract is in test/contract/webgpu.test.ts. */
import { expect, it } from 'vitest';
import { inputsOf, setupOf } from '../../../test/support/setup.js';
import { adjointOf, flatten, gradientRequests } from '../../../test/support/verbs.js';
import { describeWebGpu, openWebGpu } from '../../../test/support/webgpu.js';
import { findGpu } from '../../platform/find-gpu.js';
import type { Gpu, GpuDevice } from './gpu.js';
import { createWebGpuEngine, type WebGpuOptions } from './webgpu-engine.js';

const setup = setupOf({
  ...{ cell: 'noisy', noise: 'sde:add=0.05,mult=0.02', solver: 'euler' },
  ...{ units: 19, rows: 37, steps: 90 },
});
const gradientsWith = async (options: WebGpuOptions) => {
  const engine = await openWebGpu(options);
  const found = flatten(await engine.compile(adjointOf(setup), gradientRequests(setup)).run(inputsOf(setup)));
  await engine.close();
  return found;
};

describeWebGpu('the webgpu engine', () => {
  it('computes the same bits whatever the tiling and the memory budget, and from run to run', async () => {
    const first = await gradientsWith({});
    for (const options of [{}, { tileRows: 1 }, { tileRows: 3 }, { memoryBudget: 1 }, { tileRows: 2, memoryBudget: 1 }])
      expect(await gradientsWith(options), JSON.stringify(options)).toEqual(first);
  });

  it('plans what a run holds, and checkpoints what is beyond the budget', async () => {
    const engine = await openWebGpu({ memoryBudget: 1 });
    const plan = engine.compile(adjointOf(setup), gradientRequests(setup)).plan!({ rows: 37, steps: 900 });
    expect(plan.segments!.steps * plan.segments!.count).toBeGreaterThanOrEqual(900);
    expect(plan.totalBytes).toBeGreaterThan(plan.workspaceBytes);
    await engine.close();
  });

  it('refuses a batch that no buffer holds, saying what to do', async () => {
    const engine = await openWebGpu();
    const kernel = engine.compile(adjointOf(setup), gradientRequests(setup));
    const run = kernel.run({ ...inputsOf(setup), steps: 0 });
    await expect(run).rejects.toThrow(/sequence .* must be/);
    await engine.close();
  });

  it('opens a lost device again, computes the batch anew and tells', async () => {
    const devices: GpuDevice[] = [];
    const gpu = (await findGpu()) as Gpu;
    const watched: Gpu = {
      requestAdapter: async (options) => {
        const adapter = (await gpu.requestAdapter(options))!;
        return {
          ...{ info: adapter.info, limits: adapter.limits, features: adapter.features },
          requestDevice: async (descriptor) => {
            const device = await adapter.requestDevice(descriptor);
            devices.push(device);
            return device;
          },
        };
      },
    };
    const told: string[] = [];
    const engine = await createWebGpuEngine(watched, { software: true, onNote: (message) => told.push(message) });
    const kernel = engine.compile(adjointOf(setup), gradientRequests(setup));
    const first = flatten(await kernel.run(inputsOf(setup)));
    devices[0]!.destroy();
    expect(flatten(await kernel.run(inputsOf(setup)))).toEqual(first);
    expect(devices.length).toBe(2);
    expect(told).toEqual([expect.stringMatching(/in software/), expect.stringMatching(/was lost/)]);
    await engine.close();
  });

  it('refuses an adapter in software unless it is asked for', async () => {
    const gpu = (await findGpu()) as Gpu;
    const adapter = (await gpu.requestAdapter())!;
    const software: Gpu = {
      requestAdapter: async () => ({ ...adapter, info: { ...adapter.info, isFallbackAdapter: true } }),
    };
    await expect(createWebGpuEngine(software)).rejects.toThrow(/computes on the processor/);
  });
});
