/**
 * A thread of its own that reads, compiles and tests one mapping file, sends what it found, and ends: an entry of the
 * build like main.ts. Who starts it is mappings-beside.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { checkMappingToSend } from '../setup/checked-mapping.ts';
import { composeLdifPeople } from './directories.ts';
import type { WorkerOrder } from './mappings-beside.ts';

const { isTested, ...order } = workerData as WorkerOrder;
parentPort?.postMessage(await checkMappingToSend(order, isTested ? composeLdifPeople : undefined));
