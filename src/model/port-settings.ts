/** What the user has set for ports that match a glob; what is not set is left to portpar. */
export interface PortSettings {
  /** Processes side by side in its build; the shared pool of job tokens is then not used. */
  readonly jobs?: number;
  /** Memory its build needs, in bytes, in place of what was measured. */
  readonly memoryBytes?: number;
  /** Ports that name the same group never build at the same time. */
  readonly exclusiveGroup?: string;
  /** Ready ports of a higher priority go first, whatever waits for them; 0 where nothing is set. */
  readonly priority?: number;
  /** Set for every command of the port, and when it is read. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Given to every call of make for the port, and when it is read. */
  readonly makeArguments?: readonly string[];
  /** Its work directory is made in the configured folder on a memory file system. */
  readonly tmpfs?: boolean;
  /** nice(1) increment of its commands. */
  readonly nice?: number;
}

/** One `[port."GLOB"]` table of the config file. */
export interface PortSettingsRule {
  /** Matched against the origin, with and without flavor. */
  readonly glob: string;
  readonly settings: PortSettings;
}
