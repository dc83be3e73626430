import { formatDuration } from '../../report/format.js';
import type { Plan } from '../../train/plan-run.js';

/** A plan for people. */
export function planText(plan: Plan): string {
  const { data, settings, secondsPerUpdate, updatesPerEpoch, residentBytes } = plan;
  const { dataDir: _, ...shown } = settings;
  const names = Object.entries(shown).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const answers = data.classes === 0 ? '' : `, ${data.classes} classes`;
  return [
    `data          ${data.name}: ${data.train} training rows, ${data.validation} validation rows`,
    `a row         ${data.steps} steps of ${data.channels} channel${data.channels === 1 ? '' : 's'}${answers}`,
    `parameters    ${plan.parameters}`,
    `an update     ${formatSeconds(secondsPerUpdate)} for ${settings.batchSize} rows (median of ${plan.measured}), engine ${plan.engine}, threads: ${plan.threads}`,
    `all           ${plan.epochs} epochs of ${updatesPerEpoch} updates: about ${formatDuration(plan.seconds)}`,
    `memory        ${residentBytes === null ? 'not known' : `${Math.round(residentBytes / 2 ** 20)} MiB in use by the process after those updates`}`,
    `settings      ${names.join(' ')}`,
    'nothing was written (--dry-run)',
  ].join('\n');
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(1000 * seconds).toPrecision(3)} ms` : `${seconds.toFixed(2)} s`;
}
