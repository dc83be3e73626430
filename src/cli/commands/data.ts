import type { Command } from 'commander';
import { type DataDescription, dataSources, describeData, type TableDescription } from '../../data/index.js';
import { nodeFiles } from '../../platform/node-files.js';
import { checkConfiguration } from '../../train/configuration.js';
import { dataRequest } from '../../train/data-request.js';
import { dataSettingNames } from '../../train/data-settings.js';
import { addOffline, withArchive } from '../archive-data.js';
import { absolutePaths } from '../paths.js';
import type { Session } from '../session.js';
import { addFlags, flagOf } from '../settings.js';
import { printable } from '../terminal/printable.js';

type Options = Readonly<Record<string, unknown>> & { readonly json?: boolean; readonly offline?: boolean };

export function addData(program: Command, session: Session): void {
  const command = program
    .command('data')
    .description('what data hold: rows, channels, lengths, classes, missing values, groups')
    .argument('<name or path>', `file, folder or source (${[...dataSources.keys()].join(', ')})`);
  addOffline(addFlags(command, dataSettingNames))
    .option('--json', 'print one JSON document on standard output')
    .action(async (data: string, options: Options) => {
      const given = Object.fromEntries(dataSettingNames.map((name) => [name, options[name]]));
      const checked = checkConfiguration({ ...given, data }, 'command line');
      const settings = await withArchive(absolutePaths({ ...checked, data }), options, session);
      const description = await describeData(dataRequest({ ...settings, data: settings.data ?? data }, nodeFiles));
      const command = trainCommand(data, options, description);
      session.print(options, { ...description, command }, `${describe(description)}\n\n${command}`);
    });
}

/** How to train on the data as they were read here. */
function trainCommand(data: string, options: Options, { train }: DataDescription): string {
  const given = dataSettingNames.flatMap((name) =>
    options[name] === undefined ? [] : [flagOf(name), shellWord(String(options[name]))],
  );
  const missing = train.missing.values > 0 && options.missing === undefined ? ['--missing', 'linear'] : [];
  return ['noisy-rnn train --data', shellWord(data), ...given, ...missing].join(' ');
}

function shellWord(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function describe({ source, train, validation, test }: DataDescription): string {
  const parts: [string, TableDescription | null][] = [
    ['training', train],
    ['validation', validation],
    ['test', test],
  ];
  const blocks = parts.map(([part, table]) => (table === null ? [line(part, 'none')] : describeTable(part, table)));
  return [line('source', source), ...blocks.flat()].join('\n');
}

function describeTable(part: string, table: TableDescription): string[] {
  const { shortest, median, longest } = table.lengths;
  const lengths = shortest === longest ? `${longest} steps` : `${shortest} to ${longest} steps (half up to ${median})`;
  const { channels, moments, missing, labels, stepLabels, groups, targets, time } = table;
  const shown = moments.slice(0, 8).map(({ mean, deviation, least, most }, channel) => {
    const [a, b, c, d] = [mean, deviation, least, most].map((value) => Number(value.toPrecision(9)));
    return line(`channel ${channel + 1}`, `${channels[channel]}: mean ${a}, deviation ${b}, ${c} to ${d}`);
  });
  return [
    line(part, `${table.name}`),
    line('', `${table.rows} rows, ${lengths}, ${channels.length} channel${channels.length === 1 ? '' : 's'}`),
    ...readAs(table),
    ...shown,
    ...(channels.length > shown.length ? [line('', `… and ${channels.length - shown.length} channels more`)] : []),
    line('labels', labels === null ? 'none' : counts(labels)),
    ...(stepLabels === null ? [] : [line('step labels', counts(stepLabels))]),
    ...(targets === null ? [] : [line('targets', `${targets.width} a ${targets.per}`)]),
    ...(groups === null ? [] : [line('groups', String(groups))]),
    ...(time === null ? [] : [line('time', timeText(time))]),
    line('missing', missing.values === 0 ? 'none' : `${missing.values} values in ${missing.rows} rows`),
    ...table.notes.map((note) => line('note', note)),
  ];
}

/** What was guessed, why, and what overrules it. */
function readAs({ layout, layoutReason, header, separator, decimal, columns }: TableDescription): string[] {
  const layoutFlag = layout === 'wide' || layout === 'long' ? ' (--layout)' : '';
  const form = [
    ...(header === null ? [] : [`names of columns: ${header} (--header)`]),
    ...(separator === null ? [] : [`separator: ${separator} (--separator)`]),
    ...(decimal === null ? [] : [`decimal sign: ${decimal} (--decimal)`]),
  ];
  const most = 16;
  return [
    line('layout', `${layout}${layoutReason === '' ? '' : `: ${layoutReason}`}${layoutFlag}`),
    ...(form.length === 0 ? [] : [line('read with', form.join(', '))]),
    ...columns
      .slice(0, most)
      .map(({ name, role, reason, flag, unit }) =>
        line('column', `${name}: ${role}${unit === null ? '' : ` in ${unit}`} (${reason}; ${flag})`),
      ),
    ...(columns.length > most ? [line('', `… and ${columns.length - most} columns more`)] : []),
  ];
}

function timeText({ unit, median, least, most, even }: NonNullable<TableDescription['time']>): string {
  const own = unit === null ? '' : ` ${unit}`;
  return even ? `steps of ${median}${own}` : `steps of ${least} to ${most}${own}, half up to ${median}: uneven`;
}

function counts(labels: Readonly<Record<string, number>>): string {
  const entries = Object.entries(labels);
  const shown = entries.slice(0, 10).map(([label, count]) => `${label}: ${count}`);
  return entries.length > 10 ? `${shown.join(', ')}, … (${entries.length} classes)` : shown.join(', ');
}

function line(name: string, text: string): string {
  return printable(`${name.padEnd(14)}${text}`);
}
