import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/**
 * For servers without a desktop. The browser may not call home, and each has its own process, so that a crash is
 * visible.
 */
const ARGUMENTS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"],
];

/**
 * Launches the Chromium from npm. If the machine lacks its shared libraries (a bare Debian), the package's own are
 * used.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await chromium.executablePath();
  const launch = (libraries: string | null) =>
    playwright.launch({
      executablePath,
      args: ARGUMENTS,
      env: { ...process.env, ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) } as Record<string, string>,
      timeout: 60_000,
    });
  try {
    return await launch(null);
  } catch (error) {
    if (!/shared librar/i.test(String(error))) throw error;
    return launch(await ownLibraries());
  }
}

async function ownLibraries(): Promise<string> {
  const require = createRequire(import.meta.url);
  const archive = path.join(path.dirname(require.resolve("@sparticuz/chromium")), "../bin/al2023.tar.br");
  await inflate(archive);
  return path.join(tmpdir(), "al2023", "lib");
}
