/** Settings that say where the data are, how they are read, and what is held out: guessed where not given. */
import { z } from 'zod';
import { formatNames, gapRules, layouts, missingRules, samplings } from '../data/index.js';
import { names, onOff, positive, sign, text } from './setting-types.js';

export const dataSettings = {
  dataDir: text.describe("folder that holds the source's files"),
  format: z.enum(['auto', ...formatNames]).describe('how files are read; by their endings unless given'),
  layout: z
    .enum(layouts)
    .describe('wide: a row a series; long: a row a step; files: a row a file; as it looks unless given'),
  labelColumn: text.describe('column, or key of a NumPy archive, of the labels'),
  idColumn: text.describe('column that tells the series of a long table apart'),
  timeColumn: text.describe('column that orders the steps of a long table'),
  groupColumn: text.describe('column that says whose a series is (patient, machine): no split parts a group'),
  channelColumns: names.describe(
    'columns to read as inputs, or channels of name_1, name_2, …; all that are left unless given',
  ),
  targetColumns: names.describe('columns, or keys, of the numbers to predict'),
  ignoreColumns: names.describe('columns not to read'),
  header: z
    .enum(['auto', 'yes', 'no'])
    .describe('whether the first line of a text names its columns; as it looks unless given'),
  separator: sign.describe('between the fields of a text: a sign, or tab, comma, semicolon, pipe, blank'),
  decimal: sign.describe('decimal sign of a text: point or comma (the other one may stand between thousands)'),
  timeFormat: text.describe(
    'how times are written: iso, number, epoch-s, epoch-ms, epoch-us, epoch-ns, or a pattern as dd/MM/yyyy HH:mm:ss.SSS',
  ),
  axes: z
    .enum(['rows,steps,channels', 'rows,channels,steps'])
    .describe('order of the axes of a NumPy array; rows,steps,channels unless given'),
  missingMarks: names.describe('marks of missing values in channels, beside empty fields, NA, NaN and the like'),
  missingLabels: names.describe(
    'marks of missing labels: rows with such are left out; only an empty field unless given',
  ),
  missing: text.describe(`missing values: ${missingRules.join(', ')}; refused unless given`),
  sampling: z
    .enum(samplings)
    .describe(
      'times: steps follow the times of uneven data; even: they do not; auto, unless given: if the cell has a drift',
    ),
  maxStep: positive.describe('steps longer than so many medians are gaps; 10 unless given'),
  onGap: z.enum(gapRules).describe('a gap is taken in parts, unless given, or split: begins a new series'),
  timeChannel: onOff.describe('give the time since the step before as an input too'),
  split: text.describe('held out of the training data: auto, fraction:validation=,test=,seed= or group:…'),
  validationData: text.describe('file of the validation data'),
  testData: text.describe('file of the test data'),
} as const;

export type DataSetting = keyof typeof dataSettings;
export const dataSettingNames = Object.keys(dataSettings) as DataSetting[];
