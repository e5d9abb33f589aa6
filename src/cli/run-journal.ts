import type {Failure} from '../model/failure.js';
import type {RunEvent} from '../model/event.js';
import type {RunFolder} from '../state/run-folder.js';

const hint =
  'The run was ended. Make room, then run the same command again: finished packages are not built again.';

/** Writes the events of a run to its journal. What cannot be written is kept as the trouble that ends the run. */
export class RunJournal {
  trouble: Failure | undefined;
  readonly #folder: RunFolder;
  readonly #onTrouble: (reason: string) => void;

  constructor(folder: RunFolder, onTrouble: (reason: string) => void) {
    this.#folder = folder;
    this.#onTrouble = onTrouble;
  }

  append(event: RunEvent): void {
    try {
      this.#folder.append(event);
    } catch (error) {
      const {message} = error as Error;
      this.trouble ??= {
        kind: 'file-trouble',
        action: 'write to',
        path: this.#folder.journalPath,
        message,
        hint,
      };
      this.#onTrouble('the journal cannot be written');
    }
  }
}
