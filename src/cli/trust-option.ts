import { Option } from 'commander';

/** What commands that read a run offer: its code is not executed unless this user ran that very code here before. */
export const trustOption = () =>
  new Option('--trust', 'execute the modules that the run names, whoever made it; only for runs that you trust');
