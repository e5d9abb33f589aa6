import type {PortSettingsRule} from './port-settings.js';

/** Where the outside world is and how it is called; made by `config/`, handed to analysis and execution. */
export interface World {
  readonly portsDirectory: string;
  /** BSD make: `make` on BSD, `bmake` elsewhere. */
  readonly make: string;
  readonly pkg: string;
  /** Set for every command, on top of portpar's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Given to every call of make (`-m`). */
  readonly makeArguments: readonly string[];
  readonly stateDirectory: string;
  readonly portSettings: readonly PortSettingsRule[];
  /** A folder on a memory file system, for the work directories of ports that are set to use it. */
  readonly tmpfsDirectory?: string;
  /** Processor cores of this machine. */
  readonly cores: number;
}
