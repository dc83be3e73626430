/** The folder of a named source's files: as given, or the cache that a public archive is downloaded to. */
import type { Command } from 'commander';
import { archiveOf } from '../data/archives.js';
import { downloadArchive } from '../node/download.js';
import type { GivenConfiguration } from '../train/configuration.js';
import type { Session } from './session.js';

export function addOffline(command: Command): Command {
  return command.option('--offline', 'download nothing: named sources come from --data-dir or the cache');
}

/** The settings with the folder filled in, where one is needed. @throws InputError as `downloadArchive`. */
export async function withArchive(
  settings: GivenConfiguration,
  { offline }: { readonly offline?: boolean | undefined },
  session: Session,
): Promise<GivenConfiguration> {
  const archive = settings.data === undefined || settings.dataDir !== undefined ? null : archiveOf(settings.data);
  if (archive === null) return settings;
  const { signal, progress } = session;
  const dataDir = await downloadArchive(archive, { offline, signal, onNote: (line) => progress.note(line) });
  return { ...settings, dataDir };
}
