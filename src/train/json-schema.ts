/** The table of settings as a JSON Schema, so that editors complete and check configuration files. */
import { z } from 'zod';
import { settingsSchema } from './configuration.js';
import { runDocumentSchema } from './run-document.js';

/**
 * What a configuration file may hold (draft 2020-12): bare settings, or a run's whole `config.yaml`. It prescribes the
 * plain form of each value; the program also reads numbers and switches written as text.
 */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'noisy-rnn configuration',
    anyOf: [settingsSchema, runDocumentSchema.extend({ settings: settingsSchema })].map(withoutDialect),
  };
}

function withoutDialect(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...content } = z.toJSONSchema(schema);
  return content;
}
