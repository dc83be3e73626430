// The JSON Schema of configuration files, beside the compiled code: dist/config.schema.json.
import { writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../dist/train/json-schema.js';

writeFileSync(
  new URL('../dist/config.schema.json', import.meta.url),
  `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
);
