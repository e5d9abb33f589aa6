import type {PortSettings} from '../model/port-settings.js';
import type {Config} from './config.js';
import type {SettingKind} from './setting-kinds.js';

/** The keys of a config file: what each sets, and of what kind its value is. The order is the one they are documented in. */
export const configKeys = {
  ports_dir: {field: 'portsDirectory', kind: 'path'},
  state_dir: {field: 'stateDirectory', kind: 'path'},
  make: {field: 'make', kind: 'program'},
  pkg: {field: 'pkg', kind: 'program'},
  tmpfs_dir: {field: 'tmpfsDirectory', kind: 'path'},
  builders: {field: 'builders', kind: 'count'},
  fetchers: {field: 'fetchers', kind: 'count'},
  jobs_total: {field: 'jobsTotal', kind: 'count'},
  memory_limit: {field: 'memoryLimit', kind: 'size'},
  load_limit: {field: 'loadLimit', kind: 'number'},
  disk_reserve: {field: 'diskReserve', kind: 'size-or-none'},
  second_try: {field: 'secondTry', kind: 'boolean'},
  exclude: {field: 'exclude', kind: 'texts'},
  force: {field: 'force', kind: 'boolean'},
  fetch_only: {field: 'fetchOnly', kind: 'boolean'},
  dry_run: {field: 'dryRun', kind: 'boolean'},
  keep_packages: {field: 'keepPackages', kind: 'boolean'},
  keep_backups: {field: 'keepBackups', kind: 'boolean'},
  backup: {field: 'backup', kind: 'boolean'},
  clean_before: {field: 'cleanBefore', kind: 'boolean'},
  clean_after: {field: 'cleanAfter', kind: 'boolean'},
  make_arguments: {field: 'makeArguments', kind: 'texts'},
  verbose: {field: 'verbose', kind: 'boolean'},
  yes: {field: 'yes', kind: 'boolean'},
  fail_fast: {field: 'failFast', kind: 'boolean'},
  json: {field: 'json', kind: 'boolean'},
  environment: {field: 'environment', kind: 'table'},
  port: {field: 'portSettings', kind: 'ports'},
} as const satisfies Readonly<
  Record<string, {readonly field: keyof Config; readonly kind: SettingKind | 'ports'}>
>;

/** The keys of a `[port."GLOB"]` table, in the order they are documented in. */
export const portKeys = {
  jobs: {field: 'jobs', kind: 'count'},
  memory: {field: 'memoryBytes', kind: 'size'},
  exclusive: {field: 'exclusiveGroup', kind: 'text'},
  priority: {field: 'priority', kind: 'integer'},
  environment: {field: 'environment', kind: 'table'},
  make_arguments: {field: 'makeArguments', kind: 'texts'},
  tmpfs: {field: 'tmpfs', kind: 'boolean'},
  nice: {field: 'nice', kind: 'nice'},
} as const satisfies Readonly<
  Record<string, {readonly field: keyof PortSettings; readonly kind: SettingKind}>
>;
