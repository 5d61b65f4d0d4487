import path from "node:path";
import { z } from "zod";

export const privacySettings = {
  /** The file that keeps the list of erasures outside of the database. */
  ERASURE_LIST: z
    .string()
    .startsWith("/", "must be a file's whole path, such as /var/lib/smscrm/erasures.jsonl")
    .optional(),
};

/** Returns the list's file. With the embedded database it is in the data folder, beside the database's own. */
export function erasureListOf(environment: {
  ERASURE_LIST?: string | undefined;
  DATA_DIR: string;
  isEmbedded: boolean;
}): string | undefined {
  const { ERASURE_LIST, DATA_DIR, isEmbedded } = environment;
  return ERASURE_LIST ?? (isEmbedded ? path.join(DATA_DIR, "erasures.jsonl") : undefined);
}
