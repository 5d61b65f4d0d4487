import { statfs } from "node:fs/promises";

/** With less free space than this, logs and temporary files are lost, and a database on the same disk stops. */
const FREE_BYTES_MIN = 256 * 1024 ** 2;

/** Returns whether the folder's disk has free space: `unknown` if the folder can't be checked. */
export async function diskState(
  folder: string,
): Promise<{ state: "ok" | "full" | "unknown"; freeBytes: number | null }> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    return { state: freeBytes >= FREE_BYTES_MIN ? "ok" : "full", freeBytes };
  } catch {
    return { state: "unknown", freeBytes: null };
  }
}
