/** What an ONNX file says of itself, for people and for programs. */
import { portableSettings } from '../../train/portable-settings.js';
import { describeNetwork } from '../describe.js';
import type { Network } from '../network.js';
import type { ExportableRun } from '../run.js';
import type { About, OnnxForm } from './options.js';

interface Described extends About {
  readonly form: OnnxForm;
  readonly temperature: number;
  readonly calibrated: boolean;
}

export function metadataOf(
  run: ExportableRun,
  network: Network,
  { form, temperature, calibrated, ...more }: Described,
) {
  const { preprocessing } = run;
  const { classes, normalisation, mean, scale, fill, targets } = preprocessing;
  const start = Object.fromEntries(Object.entries(network.start).map(([name, values]) => [name, [...values]]));
  const metadata: Record<string, string> = {
    form,
    classes: JSON.stringify(classes),
    channels: String(network.channels),
    preprocessing: JSON.stringify({ normalisation, mean, scale, fill: fill ?? null, targets: targets ?? null }),
    settings: JSON.stringify(portableSettings(run.settings)),
    ...(form === 'batch' ? {} : { initialState: JSON.stringify(start) }),
    ...(calibrated ? { temperature: String(temperature) } : {}),
    ...more.metadata,
  };
  const sentence = [describeNetwork(run), more.sentence].filter((part) => part !== undefined && part !== '').join(' ');
  return { sentence, metadata };
}
