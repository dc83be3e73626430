// Two "hosts" that share a folder: processes in network namespaces and with host names of their own, so that neither can ask
// whether the other's process still runs; one is killed in the middle of a part. The lease runs out, the other takes over, and
// the result is that of one process. Needs root and iproute2 and util-linux; else says that it skips.
//   node scripts/two-hosts.mjs [folder to share; a temporary one unless given]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeless } from '../dist/result/stored.js';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const isRoot = process.platform === 'linux' && process.getuid() === 0;
if (!isRoot || spawnSync('ip', ['netns', 'add', 'noisy-rnn-try']).status !== 0) {
  console.log('skipped: network namespaces need root on Linux, and iproute2');
  process.exit(0);
}
spawnSync('ip', ['netns', 'delete', 'noisy-rnn-try']);

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'noisy-rnn-hosts-'));
const [whole, out] = [join(folder, 'whole'), join(folder, 'shared')];
const study = ['reproduce', 'quick', '--seeds', '1', '--engine', 'wasm', '--threads', '1'];
const names = ['alpha', 'beta'];
const started = performance.now();
const say = (text) => console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${text}`);
const outcome = (of) => JSON.stringify(timeless(JSON.parse(readFileSync(join(of, 'results.json'), 'utf8'))));
const status = () =>
  JSON.parse(spawnSync(process.execPath, [main, 'status', out, '--json'], { encoding: 'utf8' }).stdout || 'null');
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A worker on a host of its own. */
function start(name) {
  const command = `hostname ${name}; exec "$0" "$@"`;
  const args = [
    'netns',
    'exec',
    name,
    'unshare',
    '--uts',
    'sh',
    '-c',
    command,
    process.execPath,
    main,
    ...study,
    '--out',
    out,
    '--join',
  ];
  const child = spawn('ip', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NOISY_RNN_LEASE: '12' },
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr }))) };
}

try {
  for (const name of names) spawnSync('ip', ['netns', 'add', name]);
  const alone = spawnSync(process.execPath, [main, ...study, '--out', whole], { encoding: 'utf8' });
  if (alone.status !== 0) throw new Error(alone.stderr);
  say('one process is done');
  const [alpha, beta] = names.map(start);
  const working = () => {
    const workers = status()?.workers ?? [];
    return names.every((name) => workers.some(({ host }) => host === name));
  };
  for (let tries = 0; !working(); tries++) {
    if (tries === 300) throw new Error('the two do not get to work');
    await sleep(500);
  }
  say(`both work: ${JSON.stringify(status().workers)}`);
  // `ip` and `unshare` have become the process itself.
  alpha.child.kill('SIGKILL');
  say('alpha is killed');
  const { code, stderr } = await beta.ended;
  if (code !== 0) throw new Error(`beta ended with code ${code}: ${stderr}`);
  const claims = existsSync(join(out, 'claims')) ? readdirSync(join(out, 'claims')) : [];
  const same = outcome(whole) === outcome(out);
  say(
    `beta took over and finished: ${same ? 'the same result as' : 'another result than'} one process; claims left: ${claims.length}`,
  );
  if (!same || claims.length > 0) process.exitCode = 1;
} catch (error) {
  console.log(error);
  process.exitCode = 1;
} finally {
  for (const name of names) spawnSync('ip', ['netns', 'delete', name]);
  rmSync(folder, { recursive: true, force: true });
}
