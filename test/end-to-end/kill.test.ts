/** The command itself, killed with SIGKILL; `node scripts/kill-resume.mjs` does it 20 times. Needs `npm run build`. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

it('a killed run resumes to the same bits', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [pathOf('scripts/kill-resume.mjs'), '3'], {
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout.match(/the same/g)?.length).toBe(3);
});

it('Ctrl-C saves, exits with 130, and the run can be resumed', async () => {
  const out = join(folder, 'run');
  const main = pathOf('dist/cli/main.js');
  const child = spawn(process.execPath, [main, 'train', 'units=8', 'epochs=500', '--out', out], { stdio: 'pipe' });
  let stderr = '';
  let interrupted = false;
  child.stderr.on('data', (text) => {
    stderr += text;
    // A second one would end the process at once.
    if (!interrupted && existsSync(join(out, 'checkpoints', 'last.safetensors'))) interrupted = child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, stderr).toBe(130);
  expect(stderr).toMatch(/stopped after \d+ epochs and \d+ batches, all saved/);
  expect(readFileSync(join(out, 'checkpoints', 'last.safetensors')).length).toBeGreaterThan(1000);
});
