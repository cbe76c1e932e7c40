/**
 * The config file as the service uses it: frozen, checked, defaults applied, durations in milliseconds, the contents
 * of the files that it names read. How it is read is load.ts's; what the settings of a directory, the cache and the
 * audit mean is the business of the rooms that own their types.
 */
import type { CertificateDemand } from '../caller-certificate.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import type { AuditLevel } from '../observe/request-log.ts';
import type { PasswordHash } from '../password-hash.ts';
import type { CacheSettings } from '../user-info/cache.ts';

/** One whole, valid config. */
export interface Config {
  /** The config file as the caller of `loadConfig` gave it. */
  readonly file: string;
  readonly listen: Listen;
  readonly admin: Admin;
  /** By name. */
  readonly callers: ReadonlyMap<string, CallerSettings>;
  /** By name. */
  readonly directories: ReadonlyMap<string, DirectorySettings>;
  readonly endpoints: readonly Endpoint[];
  readonly drain: Drain;
  readonly cache: WrittenCache;
  readonly log: LogSettings;
}

/** The settings of the cache, as far as a config can tell them. */
export interface WrittenCache extends Omit<CacheSettings, 'memory'> {
  /** Undefined where it is not written: then it hangs on what the process may use. */
  readonly memory: number | undefined;
}

/** Where the service answers. */
export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls: ServerTls | undefined;
  /** After `count` failed logins within `window` milliseconds an address gets `too_many_failures`. */
  readonly failedLogins: { readonly count: number; readonly window: number };
}

/** PEM texts, checked to parse and to belong together. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** Where health, readiness and metrics are answered. */
export interface Admin {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Whether the section stands in the file. */
  readonly written: boolean;
}

/** Who may ask, and by which proofs. Where there are secrets and a certificate, both are needed. */
export interface CallerSettings {
  readonly name: string;
  /** The user of HTTP Basic; unique among the callers. */
  readonly user: string;
  /** Any one of these, or of the hashes, is the password; at most two in all. */
  readonly passwords: readonly string[];
  readonly passwordHashes: readonly PasswordHash[];
  /** What the client certificate must show. */
  readonly certificate: CertificateDemand | undefined;
}

/** One path that answers, from which directories, by which mapping, for whom. */
export interface Endpoint {
  readonly path: string;
  /** Names in `Config.directories`, each once; never empty. */
  readonly directories: readonly string[];
  readonly mapping: MappingFile;
  /** Names in `Config.callers`, each once; never empty. */
  readonly callers: readonly string[];
  /** Milliseconds for a whole request. */
  readonly deadline: number;
}

/** A mapping file that an endpoint names. */
export interface MappingFile {
  /** Absolute path. */
  readonly file: string;
  /** As messages print it: relative to the working directory where it lies below that. */
  readonly shown: string;
}

/** How the service ends. */
export interface Drain {
  /** Milliseconds for which connections are still taken once the service is to end. */
  readonly linger: number;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export interface LogSettings {
  readonly level: LogLevel;
  readonly audit: AuditLevel;
}
