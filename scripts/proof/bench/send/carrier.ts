// The smallest server that answers like Twilio's create: `bun scripts/proof/bench/send/carrier.ts <latency in ms>`.
// Prints its port. GET /count returns how many creates it accepted, and how many of them repeated an attempt.

interface BunRuntime {
  serve(options: { hostname: string; port: number; fetch(request: Request): Promise<Response> }): {
    port: number;
  };
}
const { serve } = (globalThis as unknown as { Bun: BunRuntime }).Bun;

const NO_MESSAGES = { messages: [], page: 0, page_size: 1000, next_page_uri: null, start: 0, end: 0 };

const latencyMs = Number(process.argv[2] ?? 0);
let creates = 0;
let seen = new Set<string>();

const server = serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/count") {
      const answer = Response.json({ creates, different: seen.size });
      creates = 0;
      seen = new Set();
      return answer;
    }
    // For the worker's comparison with the carrier: no texts arrived, and nothing else was sent.
    if (request.method === "GET") return Response.json(NO_MESSAGES);
    const form = new URLSearchParams(await request.text());
    creates += 1;
    const serial = creates;
    seen.add(form.get("StatusCallback") ?? "");
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    return created(form, serial);
  },
});
console.log(JSON.stringify({ port: server.port }));

const shown = new Date().toUTCString().replace("GMT", "+0000");

function created(form: URLSearchParams, serial: number): Response {
  const account = "AC00000000000000000000000000000001";
  const sid = `SM${Date.now().toString(16).padStart(16, "0")}${serial.toString(16).padStart(16, "0")}`;
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
  return Response.json(
    {
      account_sid: account,
      api_version: "2010-04-01",
      body: form.get("Body"),
      date_created: shown,
      date_sent: null,
      date_updated: shown,
      direction: "outbound-api",
      error_code: null,
      error_message: null,
      from: form.get("From"),
      messaging_service_sid: null,
      num_media: "0",
      num_segments: "1",
      price: null,
      price_unit: "USD",
      sid,
      status: "queued",
      subresource_uris: { media: `${uri}/Media.json` },
      to: form.get("To"),
      uri: `${uri}.json`,
    },
    { status: 201 },
  );
}
