import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Posted {
  path: string;
  body: Record<string, unknown>;
}

/** Acts as Slack and PagerDuty on loopback: records what was posted and answers like them, or as set. */
export async function startStandIn() {
  const posted: Posted[] = [];
  const answers: { status: number; headers?: Record<string, string>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? "";
    posted.push({ path, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
    const usual = path.startsWith("/v2")
      ? { status: 202, body: '{"status":"success"}' }
      : { status: 200, body: "ok" };
    const { status, headers, body } = answers.shift() ?? { ...usual, headers: {} };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** Variables for a worker's environment. */
    environment: {
      PAGERDUTY_ROUTING_KEY: "R0utingKey".padEnd(32, "0"),
      PAGERDUTY_EVENTS_URL: `${origin}/v2/enqueue`,
      SLACK_WEBHOOK_URL: `${origin}/services/T0/B0/secret`,
    },
    posted,
    /** Sets the next answer, for either service. */
    answerNext: (status: number, body: string, headers: Record<string, string> = {}) =>
      answers.push({ status, headers, body }),
    toPagerDuty: () => posted.filter(({ path }) => path.startsWith("/v2")).map(({ body }) => body),
    toSlack: () =>
      posted.filter(({ path }) => path.startsWith("/services")).map(({ body }) => String(body.text)),
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
