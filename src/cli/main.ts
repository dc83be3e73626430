#!/usr/bin/env node
import { setKernelFlags } from '../platform/node-v8.js';

// A reader that has seen enough (head, less) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// Whoever read the progress may go: the work goes on.
process.stderr.on('error', () => {});

// Before anything is compiled: the rest is loaded only now.
setKernelFlags();
const { runCommandLine } = await import('./command-line.js');
process.exitCode = await runCommandLine(process.argv.slice(2));
