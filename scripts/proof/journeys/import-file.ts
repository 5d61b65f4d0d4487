import type { Session } from "../../demo/session.ts";

const LIMIT_MS = 30_000;

/** Uploads a file, starts its import with the guessed mapping, and returns its id. */
export async function importFile(
  { api, url, cookie }: Session,
  name: string,
  body: string | Uint8Array,
  tags: string[],
): Promise<string> {
  const response = await fetch(`${url}/uploads/imports?fileName=${name}`, {
    method: "POST",
    headers: { cookie: cookie(), "content-type": "application/octet-stream" },
    body,
    signal: AbortSignal.timeout(LIMIT_MS),
  } as RequestInit);
  const { id, error } = (await response.json()) as { id?: string; error?: string };
  if (!id) throw new Error(`The upload was refused: ${error}`);
  const { guessedMapping } = await api.imports.get.query({ id });
  await api.imports.start.mutate({
    id,
    mapping: guessedMapping,
    consentBasis: "express",
    consentEvidence: "All signed up on the web form",
    tags,
  });
  return id;
}
