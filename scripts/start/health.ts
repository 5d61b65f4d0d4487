/** Polls a health URL until it answers 2xx; false at the limit, or when the signal aborts. */
export async function waitUntilHealthy(url: string, limitMs: number, giveUp: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!giveUp.aborted && Date.now() < deadline) {
    if (await isHealthy(url)) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}

const answerLimitMs = 3_000;

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs), keepalive: false });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
