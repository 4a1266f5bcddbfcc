import { Store } from '#base/store';
import { AppController } from '#app/app-controller';
import type { MapSink } from '#app/map-sink';
import type { SampleInfo, SessionPhase } from '#app/model';
import { asWorker, PortWorker } from '#app/testing/port-worker';
import { plainErrors } from '#protocol/plain-errors';
import { EngineHost } from '../../../workers/engine-host';
import { ImportHost } from '../../../workers/import-host';
import { ScorerHost } from '../../../workers/scorer-host';

const SAMPLE: SampleInfo = {
  name: 'demo',
  title: 'Demo',
  description: '',
  file: 'demo.dbn.gz',
  bytes: 0,
  records: 0,
  symbol: 'SIM',
  multiplier: 50,
};

/** The controller over the real hosts, each in a `PortWorker`. */
export class SessionRig {
  readonly importers: PortWorker[] = [];
  readonly engines: PortWorker[] = [];
  readonly scorers: PortWorker[] = [];
  readonly map = new CountingMap();
  readonly copied: string[] = [];
  readonly controller: AppController;
  /** Resolves the download of a sample; set while one is under way. */
  deliverSample: ((file: File) => void) | undefined;
  refuseSample: ((reason: Error) => void) | undefined;

  constructor() {
    this.controller = new AppController({
      workers: {
        spawnImport: () => this.#spawn(this.importers, importApi()),
        spawnEngine: () => this.#spawn(this.engines, engineApi()),
        spawnScorer: () => this.#spawn(this.scorers, scorerApi()),
      },
      map: this.map,
      clock: { now: () => 0, request: () => 0, cancel: () => undefined },
      samples: [SAMPLE],
      fetchSample: () =>
        new Promise((resolve, reject) => {
          this.deliverSample = resolve;
          this.refuseSample = reject;
        }),
      now: () => performance.now(),
      painted: () => Promise.resolve(),
      copyText: (text) => {
        this.copied.push(text);
        return Promise.resolve();
      },
    });
  }

  /** Workers that were neither terminated nor died. */
  get alive(): number {
    return [...this.importers, ...this.engines, ...this.scorers].filter((w) => w.alive).length;
  }

  until(phase: SessionPhase): Promise<void> {
    return this.when(() => this.controller.session.value.phase === phase);
  }

  when(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      if (holds()) {
        resolve();
        return;
      }
      const stop = this.controller.session.subscribe(() => {
        if (!holds()) return;
        stop();
        resolve();
      });
    });
  }

  toasts(): string[] {
    return this.controller.toasts.value.map((t) => t.text);
  }

  warnings(): string[] {
    return this.controller.warnings.value.map((w) => w.problem.code);
  }

  #spawn(list: PortWorker[], api: object): Worker {
    const worker = new PortWorker(api);
    list.push(worker);
    return asWorker(worker);
  }
}

class CountingMap implements MapSink {
  readonly used = new Store(0);
  budgetBytes = 0;
  columns = 0;

  begin(): void {
    this.columns = 0;
  }
  append(_store: unknown, from: number, count: number): void {
    this.columns = from + count;
  }
  reload(): void {
    // nothing is drawn here
  }
  setView(): void {
    // nothing is drawn here
  }
  setBudget(bytes: number): void {
    this.budgetBytes = bytes;
  }
  clear(): void {
    this.columns = 0;
  }
  whenDrawn(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

function importApi(): object {
  const host = new ImportHost();
  return {
    ping: () => host.ping(),
    probe: plainErrors(host.probe.bind(host)),
    configFor: plainErrors(host.configFor.bind(host)),
    stream: plainErrors(host.stream.bind(host)),
  };
}

function engineApi(): object {
  const host = new EngineHost();
  return { ping: () => host.ping(), run: plainErrors(host.run.bind(host)) };
}

function scorerApi(): object {
  const host = new ScorerHost();
  return { ping: () => host.ping(), run: plainErrors(host.run.bind(host)) };
}
