import type {PartialConfig} from '../config/config.js';

/** The options of the main command as they were given. */
export interface Options {
  readonly all?: true;
  readonly list?: true;
  readonly listVersions?: true;
  readonly dryRun?: true;
  readonly force?: true;
  readonly fetchOnly?: true;
  readonly jobs?: number;
  readonly jobsTotal?: number;
  readonly noSecondTry?: true;
  readonly exclude?: string[];
  readonly package?: true;
  readonly keepBackup?: true;
  readonly noBackup?: true;
  readonly noCleanBefore?: true;
  readonly noCleanAfter?: true;
  readonly makeArgs?: string;
  readonly verbose?: true;
  readonly yes?: true;
  readonly failFast?: true;
  readonly config?: string;
  readonly json?: true;
  /** Of `ctl` and `status`. */
  readonly run?: string;
}

/** commander keeps a `--no-x` option as `x: false`; here every option is either given or absent. */
export function normalise(options: Record<string, unknown>): Options {
  const {backupPackage, cleanBefore, cleanAfter, confirm, secondTry, ...rest} = options;
  return {
    ...rest,
    ...(backupPackage === false ? {noBackup: true} : {}),
    ...(cleanBefore === false ? {noCleanBefore: true} : {}),
    ...(cleanAfter === false ? {noCleanAfter: true} : {}),
    ...(secondTry === false ? {noSecondTry: true} : {}),
    ...(confirm === false ? {yes: true} : {}),
  };
}

/** What options set in the configuration. */
export function flagsOf(options: Options): PartialConfig {
  return {
    ...(options.dryRun === true ? {dryRun: true} : {}),
    ...(options.force === true ? {force: true} : {}),
    ...(options.fetchOnly === true ? {fetchOnly: true} : {}),
    ...(options.jobs === undefined ? {} : {builders: options.jobs}),
    ...(options.jobsTotal === undefined ? {} : {jobsTotal: options.jobsTotal}),
    ...(options.noSecondTry === true ? {secondTry: false} : {}),
    ...(options.exclude === undefined ? {} : {exclude: options.exclude}),
    ...(options.package === true ? {keepPackages: true} : {}),
    ...(options.keepBackup === true ? {keepBackups: true, backup: true} : {}),
    ...(options.noBackup === true ? {backup: false} : {}),
    ...(options.noCleanBefore === true ? {cleanBefore: false} : {}),
    ...(options.noCleanAfter === true ? {cleanAfter: false} : {}),
    ...(options.makeArgs === undefined ? {} : {makeArguments: words(options.makeArgs)}),
    ...(options.verbose === true ? {verbose: true} : {}),
    ...(options.yes === true ? {yes: true} : {}),
    ...(options.failFast === true ? {failFast: true} : {}),
    ...(options.json === true ? {json: true} : {}),
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
