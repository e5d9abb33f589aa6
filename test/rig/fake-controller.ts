import type {RunController} from '../../src/execution/run-controller.js';
import type {PortOrigin} from '../../src/model/origin.js';

/** A run's controller that only writes down what it was told. */
export class FakeController implements RunController {
  builders: number;
  isPaused = false;
  readonly calls: string[] = [];
  /** Ports that have ended. */
  readonly ended = new Set<string>();

  constructor(builders = 2) {
    this.builders = builders;
  }

  setBuilders(builders: number): void {
    this.calls.push(`builders ${builders}`);
    this.builders = builders;
  }

  pause(): void {
    this.calls.push('pause');
    this.isPaused = true;
  }

  resume(): void {
    this.calls.push('resume');
    this.isPaused = false;
  }

  push(origin: PortOrigin): boolean {
    this.calls.push(`push ${origin}`);
    return !this.ended.has(origin);
  }
}
