// Runs the whole contract on WebGPU: on this machine's adapter, or on SwiftShader where Debian's chromium and libvulkan1 brought it.
// It says that it is skipped where there is no adapter. About six minutes of processor time on SwiftShader.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const software = existsSync(driver)
  ? { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: '/tmp' }
  : {};
const env = { ...software, ...process.env, NOISY_RNN_CONTRACT: 'whole' };
const { status } = spawnSync(
  'node_modules/.bin/vitest',
  ['run', 'test/contract/webgpu.test.ts', '--testTimeout=600000'],
  {
    stdio: 'inherit',
    env,
  },
);
process.exit(status ?? 1);
