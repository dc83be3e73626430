import { InputError } from '../errors.js';
import type { GivenConfiguration } from './configuration.js';
import { layerSettingNames } from './layer-settings.js';

/**
 * Settings of a file with others before them.
 * @throws InputError for a setting of layers that the file's stack would hide: it describes each layer by itself.
 */
export function mergeSettings(file: GivenConfiguration, direct: GivenConfiguration): GivenConfiguration {
  const { layers: _, ...withoutLayers } = file;
  if (direct.stack !== undefined) return { ...withoutLayers, ...direct };
  if (file.stack === undefined) return { ...file, ...direct };
  const hidden = [...layerSettingNames, 'layers' as const].find((name) => direct[name] !== undefined);
  if (hidden !== undefined)
    throw new InputError(
      `${hidden} is given, and the file's stack says what every layer is; give a whole stack instead`,
    );
  return { ...file, ...direct };
}
