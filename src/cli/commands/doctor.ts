import type { Command } from 'commander';
import { engineReport, gpuAdapters } from '../../engine/open-engine.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { wasmFeatures } from '../../platform/wasm-features.js';
import { addEngine, cores } from '../engine-options.js';
import { describePlan, type PlanOptions, planWork } from '../memory-plan.js';
import type { Session } from '../session.js';
import { version } from '../version.js';

export function addDoctor(program: Command, session: Session): void {
  addEngine(program.command('doctor'))
    .description('versions, engines and features of this machine, and why something is not available')
    .option('--plan <size>', 'instead: what UNITSxSTEPSxBATCH will hold in memory, before it is run')
    .option('--model <name>', 'with --plan: cell, by name or module', 'noisy')
    .option('--noise <scheme>', 'with --plan: noise in training', 'published:mult=0.02,add=0.02')
    .option('--inputs <count>', 'with --plan: values read at each step', '1')
    .option('--classes <count>', 'with --plan: classes told apart', '10')
    .option('--infer', 'with --plan: inference instead of training')
    .option('--json', 'print one JSON document on standard output')
    .action(async (options: Partial<PlanOptions> & { json?: boolean }) => {
      if (options.plan !== undefined) {
        const plan = await planWork(options as PlanOptions);
        session.print(options, plan, describePlan(plan));
        return;
      }
      const environment = nodeEnvironment(version);
      const engines = await engineReport(cores());
      const adapters = await gpuAdapters();
      const features = wasmFeatures();
      const lines = [
        ...Object.entries(environment).map(([name, value]) => `${name.padEnd(14)} ${value}`),
        '',
        ...engines.map(
          ({ name, available, build, precision, reason }) =>
            `engine ${name.padEnd(10)} ${available ? `${precision}, build ${build}` : `not available: ${reason}`}`,
        ),
        ...adapters.map(
          ({ vendor, architecture, description, software, limits }) =>
            `WebGPU adapter    ${[vendor, architecture, description].filter((word) => word !== '').join(', ')}${software ? ' (in software)' : ''}: buffers of ${Math.floor(limits.maxStorageBufferBindingSize / 2 ** 20)} MiB, workgroups of ${limits.maxComputeInvocationsPerWorkgroup}`,
        ),
        '',
        ...features.map(({ name, available, reason }) => `${name.padEnd(24)} ${available ? 'yes' : `no: ${reason}`}`),
      ];
      session.print(options, { environment, engines, adapters, features }, lines.join('\n'));
    });
}
