/** Settings of a run from the command line: flags made from the table of settings, a file, and `key=value` overrides. */
import { type Command, Option } from 'commander';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import {
  checkConfiguration,
  type GivenConfiguration,
  type SettingName,
  settingNames,
  settings,
  switches,
} from '../train/configuration.js';
import { mergeSettings } from '../train/merge-settings.js';
import { settingsOfFile } from '../train/run-document.js';
import { parseYaml } from '../train/yaml.js';

export interface SettingsInput {
  /** Options as commander gives them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** `key=value` arguments. */
  readonly overrides: readonly string[];
}

/** `batchSize` is written `--batch-size`. */
export const flagOf = (name: SettingName): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export function addFlags(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { description = '' } = settings[name];
    command.addOption(new Option(switches.has(name) ? flagOf(name) : `${flagOf(name)} <value>`, description));
  }
  return command;
}

export function addSettings(command: Command): Command {
  return addFlags(command, settingNames)
    .option('--config <file>', 'settings from a YAML or JSON file; flags and overrides stand before it')
    .argument('[overrides...]', 'settings as key=value, like the flags');
}

/**
 * @throws InputError for an unknown setting, an unusable value, or a setting given both as a flag and as an override
 * (which of the two was meant cannot be told).
 */
export async function readSettings({ options, overrides }: SettingsInput, files: Files): Promise<GivenConfiguration> {
  const given = new Map<string, unknown>();
  for (const name of settingNames) if (options[name] !== undefined) given.set(name, options[name]);
  for (const override of overrides) {
    const equals = override.indexOf('=');
    if (equals < 1)
      throw new InputError(`got "${override}"; expected an option (--name value) or a setting (key=value)`);
    const name = camelCase(override.slice(0, equals).trim());
    if (given.has(name)) throw new InputError(`setting "${name}" is given twice; give it once`);
    given.set(name, override.slice(equals + 1).trim());
  }
  const direct = checkConfiguration(Object.fromEntries(given), 'command line');
  return typeof options.config === 'string' ? mergeSettings(await readFile(options.config, files), direct) : direct;
}

async function readFile(path: string, files: Files): Promise<GivenConfiguration> {
  const content = parseYaml(await files.read(path), path);
  return settingsOfFile(content ?? {}, path);
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
