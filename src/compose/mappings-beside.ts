/**
 * Mapping files read beside the event loop, each by a worker thread, so that no request waits while a large one is
 * compiled and tested. What the thread does is mapping-worker.ts; what becomes of what it sends is setup/'s.
 */
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import {
  type CheckedMapping,
  type MappingCheck,
  type MappingOrder,
  receiveMapping,
  type SentMapping,
} from '../setup/checked-mapping.ts';
import { testFileBeside } from '../setup/mapping-tests.ts';

/** What a worker is given. */
export interface WorkerOrder extends MappingOrder {
  /** Whether the tests beside the mapping are run. */
  readonly isTested: boolean;
}

export interface BesideOptions {
  readonly isTested: boolean;
  /** Ends the thread, and the check as if it had failed. */
  readonly signal: AbortSignal;
  /** What the thread runs; the worker of this program where left out. */
  readonly worker?: URL;
  /** Milliseconds that it may take, tests included. */
  readonly within?: number;
  /** Megabytes of heap for it; what the process has left where left out. */
  readonly heap?: number;
}

// The tests of one file may take 10 seconds, the text of a mapping a few.
const WITHIN = 120_000;
const LEAST_HEAP = 64;
const MB = 2 ** 20;

/** A thread that fails, for memory or time too, is a problem of the mapping file: the reload is refused for it. */
export function checkMappingsBeside(options: BesideOptions): MappingCheck {
  return async (order) => {
    let sent: SentMapping;
    try {
      sent = await askWorker({ ...order, isTested: options.isTested }, options);
    } catch (error) {
      return failed(order, error instanceof Error ? error.message : String(error));
    }
    return receiveMapping(sent);
  };
}

async function askWorker(
  order: WorkerOrder,
  { signal, worker: file = ownWorker(), within = WITHIN, heap = heapLeft() }: BesideOptions,
): Promise<SentMapping> {
  signal.throwIfAborted();
  const worker = new Worker(file, { workerData: order, resourceLimits: { maxOldGenerationSizeMb: heap } });
  // A process that ends does not wait for it.
  worker.unref();
  const over = new AbortController();
  try {
    return await new Promise<SentMapping>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`it took more than ${within / 1000} s`)),
        within,
      ).unref();
      over.signal.addEventListener('abort', () => clearTimeout(timer));
      signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (status) => reject(new Error(`its thread ended with ${status}`)));
    });
  } finally {
    over.abort();
    await worker.terminate();
  }
}

function ownWorker(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../build/mapping-worker.mjs' : './mapping-worker.js', import.meta.url);
}

function heapLeft(): number {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  return Math.max(LEAST_HEAP, Math.floor((limit - used) / MB));
}

function failed({ named: { file, shown } }: MappingOrder, reason: string): CheckedMapping {
  const message = `the mapping could not be compiled beside the service: ${reason}`;
  const hint = 'SIGHUP tries again; check reads the same files';
  return {
    mapping: undefined,
    tests: { problems: [], files: [testFileBeside(file)], ldif: [] },
    problems: [{ severity: 'error', file: shown, message, hint }],
    text: '',
    failure: undefined,
    revision: '',
    tableFiles: [],
  };
}
