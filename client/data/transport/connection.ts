import { createSignal } from "solid-js";

const [reachable, setReachable] = createSignal(true);

/** False from the first request that got no answer until the server answers again. */
export const serverReachable = reachable;

const listeners = new Set<() => void>();

/** Calls `listener` each time the server answers again. Returns a function that stops it. */
export function onServerBack(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Runs `fetch` and notes when the server is away: a restart must show as "reconnecting", not as an error. */
export async function fetchAndWatch(
  input: RequestInfo | URL | string,
  init?: RequestInit,
): Promise<Response> {
  try {
    const response = await fetch(input, init);
    if (!isFromServer(response)) throw new TypeError("No answer from the server");
    if (!reachable()) serverIsBack();
    return response;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) noteServerAway();
    throw error;
  }
}

/** While the server restarts, a proxy in front answers 502 to 504, or sends a page of its own. */
function isFromServer(response: Response): boolean {
  if (response.status < 500) return true;
  const json = response.headers.get("content-type")?.includes("json") ?? false;
  return json && (response.status < 502 || response.status > 504);
}

/** Asks for the server again and again until it answers. */
export function noteServerAway(): void {
  if (!reachable()) return;
  setReachable(false);
  void waitForServer(1000);
}

const PAUSE_MAX_MS = 5000;

async function waitForServer(pauseMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  if (reachable()) return;
  const answer = await fetch("/health", { signal: AbortSignal.timeout(4000), cache: "no-store" }).catch(
    () => null,
  );
  if (answer?.ok) serverIsBack();
  else void waitForServer(Math.min(pauseMs * 1.5, PAUSE_MAX_MS));
}

function serverIsBack(): void {
  if (reachable()) return;
  setReachable(true);
  for (const listener of listeners) listener();
}
