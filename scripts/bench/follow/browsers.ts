/** What every open page asks again, in one request, and how often: see `client/data`. */
const POLLED = ["killSwitch.status", "inbox.counts", "alerts.open"];
const POLL_MS = 5_000;

/** Open campaign pages without the drawing: each holds its stream and asks what every page asks. */
export function follow(
  url: string,
  campaigns: readonly { id: string; cookie: string }[],
  count: number,
): { close(): Promise<number> } {
  const closing = new AbortController();
  let told = 0;
  const open = async (nth: number) => {
    const { id, cookie } = campaigns[nth % campaigns.length]!;
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
  const pages = Array.from({ length: count }, (_, nth) => open(nth).catch(fail));
  return {
    /** How many states the pages were told together. */
    close: async () => {
      closing.abort();
      await Promise.all(pages);
      if (fault) throw fault;
      return told;
    },
  };
}
