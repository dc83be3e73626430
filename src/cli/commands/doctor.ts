import type { Command } from 'commander';
import { engineReport } from '../../engine/open-engine.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { wasmFeatures } from '../../platform/wasm-features.js';
import { cores } from '../engine-options.js';
import type { Session } from '../session.js';
import { version } from '../version.js';

export function addDoctor(program: Command, session: Session): void {
  program
    .command('doctor')
    .description('versions, engines and features of this machine, and why something is not available')
    .option('--json', 'print one JSON document on standard output')
    .action(async (options: { json?: boolean }) => {
      const environment = nodeEnvironment(version);
      const engines = await engineReport(cores());
      const features = wasmFeatures();
      const lines = [
        ...Object.entries(environment).map(([name, value]) => `${name.padEnd(14)} ${value}`),
        '',
        ...engines.map(
          ({ name, available, build, precision, reason }) =>
            `engine ${name.padEnd(10)} ${available ? `${precision}, build ${build}` : `not available: ${reason}`}`,
        ),
        '',
        ...features.map(({ name, available, reason }) => `${name.padEnd(24)} ${available ? 'yes' : `no: ${reason}`}`),
      ];
      session.print(options, { environment, engines, features }, lines.join('\n'));
    });
}
