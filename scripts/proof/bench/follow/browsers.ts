/** What every open page polls in one request, and how often: see `client/data`. */
const POLLED = ["killSwitch.status", "inbox.counts", "alerts.open"];
const POLL_MS = 5_000;

/** Simulates open campaign pages without drawing: each holds its stream and sends what every page polls. */
export function follow(
  url: string,
  pages: readonly { id: string; cookie: string }[],
): { close(): Promise<number> } {
  const closing = new AbortController();
  let told = 0;
  const open = async ({ id, cookie }: { id: string; cookie: string }) => {
    const get = (procedure: string, input: object) =>
      fetch(`${url}/trpc/${procedure}input=${encodeURIComponent(JSON.stringify(input))}`, {
        headers: { cookie },
        signal: closing.signal,
      });
    const poll = async () => {
      const response = await get(`${POLLED.join(",")}?batch=1&`, {});
      const answer = await response.text();
      if (!response.ok) throw new Error(`${POLLED}: ${response.status} ${answer}`);
    };
    const polling = setInterval(() => void poll().catch(fail), POLL_MS);
    try {
      await poll();
      const stream = await get("campaigns.live?", { id });
      if (!stream.ok) throw new Error(`campaigns.live: ${stream.status} ${await stream.text()}`);
      const decoder = new TextDecoder();
      for await (const chunk of stream.body!) told += decoder.decode(chunk).split("audience").length - 1;
    } finally {
      clearInterval(polling);
    }
  };
  let fault: unknown;
  const fail = (error: unknown) => {
    if (!closing.signal.aborted) fault ??= error;
  };
  const followed = pages.map((page) => open(page).catch(fail));
  return {
    /** Closes all pages, and returns how many values they got. */
    close: async () => {
      closing.abort();
      await Promise.all(followed);
      if (fault) throw fault;
      return told;
    },
  };
}
