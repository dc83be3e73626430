// A study on a real Slurm of one node, started here: a task is requeued, one is killed, one is killed as soon as it starts,
// and two start late, since the node has two processors. The result has to be that of one process but for what `timeless`
// leaves out. Installs Debian's packages where it is root and apt-get is there; else says that it skips.
//   node scripts/slurm.mjs [seeds=4] [tasks=4] [engine=wasm]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeless } from '../dist/result/stored.js';

const [seeds = '4', tasks = '4', engine = 'wasm'] = process.argv.slice(2);
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const packages = ['slurmctld', 'slurmd', 'slurm-wlm', 'munge'];
const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
const skip = (why) => {
  console.log(`skipped: ${why}`);
  process.exit(0);
};

if (process.platform !== 'linux' || process.getuid() !== 0) skip('a Slurm is only started by root on Linux');
if (!['sbatch', 'slurmctld', 'slurmd', 'munged'].every(has)) {
  if (!has('apt-get')) skip('there is no Slurm, and no apt-get to install it with');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env: environment, stdio: 'ignore' }).status === 0;
  if (!apt('update') || !apt('install', '-y', '--no-install-recommends', ...packages))
    skip(`apt-get cannot install ${packages.join(', ')} here`);
}

const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-slurm-'));
const daemons = [];
const conf = join(folder, 'slurm.conf');
// So short that the part of a killed task is taken over while the test waits.
const environment = { ...process.env, SLURM_CONF: conf, NOISY_RNN_LEASE: '20' };
const started = performance.now();
const say = (text) => console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${text}`);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function run(command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: code ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}

function daemon(command, ...args) {
  const child = spawn(command, args, { env: environment, stdio: 'ignore' });
  daemons.push(child);
}

async function startSlurm() {
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  writeFileSync(
    conf,
    [
      'ClusterName=test',
      `SlurmctldHost=${hostname()}(127.0.0.1)`,
      'SlurmUser=root',
      'AuthType=auth/munge',
      `StateSaveLocation=${folder}/state`,
      `SlurmdSpoolDir=${folder}/spool`,
      `SlurmctldPidFile=${folder}/ctld.pid`,
      `SlurmdPidFile=${folder}/d.pid`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_Core',
      'ReturnToService=2',
      `SlurmctldLogFile=${folder}/ctld.log`,
      `SlurmdLogFile=${folder}/d.log`,
      `NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN`,
      'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
      '',
    ].join('\n'),
  );
  if (!existsSync('/etc/munge/munge.key')) run('/usr/sbin/mungekey', '--create');
  mkdirSync('/run/munge', { recursive: true });
  run('chown', 'munge:munge', '/run/munge', '/etc/munge/munge.key');
  daemon('su', 'munge', '-s', '/bin/sh', '-c', `exec munged --foreground`);
  for (let tries = 0; spawnSync('munge', ['-n']).status !== 0; tries++) {
    if (tries === 30) throw new Error('munge does not answer');
    await sleep(500);
  }
  daemon('slurmctld', '-D', '-i', '-f', conf);
  daemon('slurmd', '-D', '-f', conf);
  for (let tries = 0; ; tries++) {
    const { stdout } = spawnSync('sinfo', ['-h', '-o', '%T'], { env: environment, encoding: 'utf8' });
    if (stdout?.trim() === 'idle') return;
    if (tries === 60) throw new Error(`the node does not come up: ${stdout}`);
    await sleep(500);
  }
}

const tasksOf = (job) =>
  run('squeue', '-h', '-r', '-j', job, '-o', '%K %T %B')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));

async function until(what, holds, seconds = 1800) {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; await sleep(500)) if (holds()) return;
  throw new Error(`waited in vain: ${what}`);
}

const outcome = (out) => JSON.stringify(timeless(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))));

try {
  const [whole, out] = [join(folder, 'whole'), join(folder, 'shared')];
  const study = ['reproduce', 'quick', '--seeds', seeds, '--engine', engine];
  run(process.execPath, main, ...study, '--out', whole);
  say('one process is done');
  await startSlurm();
  say(run('sinfo', '--version'));
  const printed = run(
    process.execPath,
    main,
    ...study,
    '--out',
    out,
    '--on',
    'slurm',
    '--tasks',
    tasks,
    '--slurm',
    '--time=60:00',
  );
  const job = /job (\d+)/.exec(printed)[1];
  say(`job ${job}, ${tasks} tasks`);
  const isRunning = (task) => tasksOf(job).some(([id, state]) => id === String(task) && state === 'RUNNING');
  const parts = () => (existsSync(join(out, 'parts')) ? readdirSync(join(out, 'parts')).length : 0);
  await until('two tasks run', () => isRunning(1) && isRunning(2) && readdirSync(out).includes('work.json'));
  await sleep(6000);
  run('scontrol', 'requeue', `${job}_1`);
  say('task 1 is requeued');
  run('scancel', '-s', 'KILL', '-f', `${job}_2`);
  say('task 2 is killed');
  await until('a late task starts', () => isRunning(3) || isRunning(4));
  const dying = isRunning(3) ? 3 : 4;
  run('scancel', '-s', 'KILL', '-f', `${job}_${dying}`);
  say(`task ${dying} started late and is killed at once`);
  await until('the study is done', () => {
    const status = JSON.parse(run(process.execPath, main, 'status', out, '--json'));
    say(`parts ${JSON.stringify(status.parts)}, stored ${parts()}`);
    spawnSync('sleep', ['10']);
    return existsSync(join(out, 'results.json')) && status.parts.left + status.parts.claimed === 0;
  });
  await until('the queue is empty', () => tasksOf(job).every(([, state]) => state !== 'RUNNING'), 120);
  const logs = readdirSync(join(out, 'slurm')).filter((name) => name.endsWith('.log'));
  const saved = logs.filter((name) =>
    /all saved|finished runs are kept/.test(readFileSync(join(out, 'slurm', name), 'utf8')),
  );
  say(`${saved.length} task(s) said that they had saved`);
  const claims = readdirSync(join(out, 'claims'));
  const same = outcome(whole) === outcome(out);
  say(`${same ? 'the same result as' : 'another result than'} one process; claims left: ${claims.length}`);
  if (!same || claims.length > 0) process.exitCode = 1;
  run('scancel', job);
} catch (error) {
  for (const name of existsSync(join(folder, 'shared', 'slurm')) ? readdirSync(join(folder, 'shared', 'slurm')) : [])
    if (name.endsWith('.log'))
      console.log(`--- ${name}\n${readFileSync(join(folder, 'shared', 'slurm', name), 'utf8').slice(-1500)}`);
  console.log(error);
  process.exitCode = 1;
} finally {
  for (const child of daemons.reverse()) child.kill('SIGTERM');
  await sleep(2000);
  for (const child of daemons) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
