import type { Command } from 'commander';
import { configurationJsonSchema } from '../../train/json-schema.js';
import type { Session } from '../session.js';

export function addSchema(program: Command, session: Session): void {
  program
    .command('schema')
    .description('JSON Schema of configuration files, for editors')
    .action(() => {
      const schema = configurationJsonSchema();
      session.print({}, schema, JSON.stringify(schema, null, 2));
    });
}
