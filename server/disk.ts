import { statfs } from "node:fs/promises";

/** Below this much room logs and temporary files are lost, and a database beside it stops. */
const LEAST_BYTES = 256 * 1024 ** 2;

/** Whether the disk under a folder has room left: `unknown` where the folder can't be asked about. */
export async function diskState(
  folder: string,
): Promise<{ state: "ok" | "full" | "unknown"; freeBytes: number | null }> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    return { state: freeBytes >= LEAST_BYTES ? "ok" : "full", freeBytes };
  } catch {
    return { state: "unknown", freeBytes: null };
  }
}
