/** The command line as a function: arguments in, exit code out. */
import { Command, CommanderError } from 'commander';
import { addAnalyze } from './commands/analyze.js';
import { addCompare } from './commands/compare.js';
import { addData } from './commands/data.js';
import { addDoctor } from './commands/doctor.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExport } from './commands/export.js';
import { addFilter } from './commands/filter.js';
import { addImport } from './commands/import.js';
import { addPredict } from './commands/predict.js';
import { addRecognise } from './commands/recognise.js';
import { addReport } from './commands/report.js';
import { addReproduce } from './commands/reproduce.js';
import { addRuns } from './commands/runs.js';
import { addSchema } from './commands/schema.js';
import { addCancel, addRetry, addStatus } from './commands/status.js';
import { addSweep } from './commands/sweep.js';
import { addTrain } from './commands/train.js';
import { exitCodeOf, messageOf } from './exit.js';
import { createSession, type Session, type Streams } from './session.js';
import { version } from './version.js';

/** A new command is one file and one entry here. */
const commands = [
  addData,
  addTrain,
  addEvaluate,
  addPredict,
  addFilter,
  addRecognise,
  addAnalyze,
  addImport,
  addExport,
  addReproduce,
  addSweep,
  addStatus,
  addRetry,
  addCancel,
  addReport,
  addRuns,
  addCompare,
  addSchema,
  addDoctor,
];

/** @returns 0 done, 1 failed, 2 bad usage or input, 130 interrupted. */
export async function runCommandLine(args: readonly string[], streams: Streams = process): Promise<number> {
  const session = createSession(streams);
  try {
    await createProgram(session, streams).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed its own complaint, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const code = exitCodeOf(error, session.signal);
    session.complain(messageOf(error, code, session.signal));
    return code;
  } finally {
    session.close();
  }
}

function createProgram(session: Session, { stdout, stderr }: Streams): Command {
  const program = new Command('noisy-rnn')
    .description('Train, stress-test and understand recurrent networks whose hidden state is driven by noise')
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for usage)')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride();
  // After the above: a command inherits only what was set before it was made.
  for (const add of commands) add(program, session);
  return program;
}
