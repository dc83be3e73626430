#!/usr/bin/env node
import { setKernelFlags } from '../platform/node-v8.js';

// Before anything is compiled: the rest is loaded only now.
setKernelFlags();
const { runCommandLine } = await import('./command-line.js');
process.exitCode = await runCommandLine(process.argv.slice(2));
