/**
 * The thread of compose/mappings-beside.ts where the program runs from its sources: tsx reads TypeScript in a thread
 * only where it is registered there.
 */
import { register } from 'tsx/esm/api';

register();
await import('../src/compose/mapping-worker.ts');
