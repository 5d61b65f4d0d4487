import { writeFileSync } from "node:fs";
import path from "node:path";

/** The folder inside the data folder to which the server writes its log files. */
export const logFolderName = "log";
const settingsFileName = "embedded.conf";

/**
 * Settings of an embedded server. fsync, full_page_writes and synchronous_commit keep their safe defaults: a
 * committed attempt is the proof that a message may have been sent, so a commit must survive a power cut.
 */
const settings: Record<string, string> = {
  max_connections: "200",
  shared_buffers: "256MB",
  password_encryption: "'scram-sha-256'",
  wal_compression: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  checkpoint_completion_target: "0.9",
  log_timezone: "'UTC'",
  timezone: "'UTC'",
  logging_collector: "on",
  log_directory: `'${logFolderName}'`,
  log_filename: "'postgres-%Y%m%d-%H%M%S.log'",
  log_rotation_age: "0",
  log_rotation_size: "10MB",
  log_checkpoints: "off",
  // A statement's text or a failed row's values may contain numbers and message bodies, so they stay out of the log.
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

/** Writes our settings and includes them in a new data folder's configuration. ALTER SYSTEM overrules them. */
export function writeSettings(dataDir: string, fresh: boolean): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  const note = "# Written at each start. To change a setting for good, use ALTER SYSTEM.\n";
  writeFileSync(path.join(dataDir, settingsFileName), note + lines.join(""), { mode: 0o600 });
  if (fresh) appendInclude(dataDir);
}

function appendInclude(dataDir: string): void {
  const file = path.join(dataDir, "postgresql.conf");
  writeFileSync(file, `\ninclude_if_exists = '${settingsFileName}'\n`, { flag: "a" });
}

/** Returns the arguments that differ between starts: it listens on loopback only, and has no socket file. */
export function serverArguments(dataDir: string, port: number): string[] {
  const own = { listen_addresses: "127.0.0.1", unix_socket_directories: "" };
  return ["-D", dataDir, "-p", String(port), ...Object.entries(own).flatMap(([k, v]) => ["-c", `${k}=${v}`])];
}
