import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What the hostile tenant's viewer knows: sessions of several browsers, and what its lists show. */
export interface Target {
  url: string;
  tenantId: string;
  cookies: string[];
  drafts: string[];
  launched: string[];
  contacts: string[];
}

/** Counts an answer by its status, or by what failed. */
type Count = (outcome: string) => void;

/** Runs until the signal aborts. */
type Attack = (target: Target, until: AbortSignal, count: Count) => Promise<void>;

interface Call {
  path: string;
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** Without it the call has no session. */
  cookie: string | undefined;
}

const JSON_TYPE = { "content-type": "application/json" };
const at = <T>(list: readonly T[], serial: number): T => list[serial % list.length]!;
/** So that no run finds the addresses and accounts throttled that one before it used. */
const run = process.pid % 0xffff;
/** An address of a network of its own, as a proxy in front of the API would name it. */
const network = (serial: number) => ({
  "x-forwarded-for": `2001:${run.toString(16)}:${((serial >> 16) & 0xffff).toString(16)}:${(serial & 0xffff).toString(16)}::1`,
});

/** Sends `atOnce` calls at a time, each as soon as one before it has been answered. */
function calls(atOnce: number, callOf: (target: Target, serial: number) => Call): Attack {
  return async (target, until, count) => {
    let serial = 0;
    const repeat = async () => {
      while (!until.aborted) {
        serial += 1;
        await send(target, callOf(target, serial), serial, until, count);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, repeat));
  };
}

async function send(
  { url }: Target,
  { path, body, headers, cookie }: Call,
  serial: number,
  until: AbortSignal,
  count: Count,
): Promise<void> {
  try {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      body,
      headers: { ...JSON_TYPE, ...network(serial % 64), ...headers, ...(cookie ? { cookie } : {}) },
      signal: until,
    });
    await answer.arrayBuffer();
    count(String(answer.status));
  } catch {
    if (until.aborted) return;
    count("closed");
    await sleep(10);
  }
}

/** One procedure, asked by the viewer's browsers in turn. */
const procedure = (atOnce: number, name: string, input: (serial: number, target: Target) => unknown) =>
  calls(atOnce, (target, serial) => ({
    path: `/trpc/${name}`,
    body: JSON.stringify(input(serial, target)),
    cookie: at(target.cookies, serial),
  }));

/** A batch of the same procedure, as many times as a batch may have. */
const BATCH = 20;
const batch = (atOnce: number, name: string, input: (serial: number, target: Target) => unknown) =>
  calls(atOnce, (target, serial) => ({
    path: `/trpc/${Array(BATCH).fill(name).join(",")}?batch=1`,
    body: JSON.stringify(
      Object.fromEntries(Array.from({ length: BATCH }, (_, n) => [n, input(serial * BATCH + n, target)])),
    ),
    cookie: at(target.cookies, serial),
  }));

/** Opens streams from every browser, each with as many topics as a stream may have, and drops them after a while. */
const streams =
  (many: number, lifeMs: (serial: number) => number): Attack =>
  async (target, until, count) => {
    let serial = 0;
    const repeat = async () => {
      while (!until.aborted) {
        const cookie = at(target.cookies, serial++);
        const input = {
          tenantId: target.tenantId,
          campaigns: Array.from({ length: 10 }, (_, n) => at(target.drafts, serial * 10 + n)),
        };
        const dropped = AbortSignal.any([until, AbortSignal.timeout(lifeMs(serial))]);
        try {
          const answer = await fetch(
            `${target.url}/trpc/live.follow?input=${encodeURIComponent(JSON.stringify(input))}`,
            { headers: { cookie }, signal: dropped },
          );
          count(String(answer.status));
          await answer.arrayBuffer();
          await sleep(5);
        } catch {
          if (!until.aborted) count("dropped");
        }
      }
    };
    await Promise.all(Array.from({ length: many }, repeat));
  };

/** Raw connections that each send `head`, then what `onOpen` does; lost ones are opened again. */
function sockets(
  many: number,
  head: (target: Target, serial: number) => string,
  onOpen: (socket: Socket) => void,
): Attack {
  return async ({ url, ...rest }, until, count) => {
    const { hostname, port } = new URL(url);
    const open = new Set<Socket>();
    const begin = (serial: number) => {
      if (until.aborted) return;
      const socket = connect(Number(port), hostname, () => {
        count("opened");
        socket.write(head({ url, ...rest }, serial));
        onOpen(socket);
      });
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        setTimeout(() => begin(serial), 500).unref();
      });
    };
    for (let serial = 0; serial < many && !until.aborted; serial += 1) {
      begin(serial);
      if (serial % 20 === 19) await sleep(10);
    }
    await new Promise<void>((resolve) => {
      until.addEventListener("abort", () => resolve(), { once: true });
      if (until.aborted) resolve();
    });
    for (const socket of open) socket.destroy();
  };
}

const headOf = (path: string, cookie: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nCookie: ${cookie}\r\nContent-Length: ${length}\r\n\r\n`;

const LARGE = 250_000;
/** As long as a real one. */
const SIGNATURE = `${"A".repeat(27)}=`;
/** A tag that no contact has, so that a filter by it and by something else reads many rows and finds none. */
const letters = (serial: number) => "abcdefghijklmnopqrstuvwxyz"[serial % 26]!;
const million = new Uint8Array(1024 * 1024).fill(0x5b);

/** The kinds that need no session: anybody can do them, from many networks. */
export const STRANGERS: readonly string[] = [
  "made-up sessions",
  "made-up stops",
  "wrong passwords",
  "lost passwords",
  "forged webhooks",
];

/** The worst that we know a viewer or a stranger can do, by kind. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "slow searches": procedure(32, "contacts.list", (serial) => ({
    ...(serial % 2
      ? { search: `${9_876_543 + (serial % 97)}` }
      : { search: letters(serial), tag: "group-1" }),
    optedOut: serial % 3 === 0,
    limit: 100,
  })),
  "message filters": procedure(32, "messages.list", (serial) => ({
    ...{ reason: `No such reason ${serial % 9}`, limit: 100, status: serial % 2 ? "failed" : undefined },
  })),
  "audience counts": procedure(32, "campaigns.audienceCount", (serial) => ({
    audience: { kind: "tags", tags: Array.from({ length: 50 }, (_, n) => `group-${(n + serial) % 60}`) },
  })),
  preflights: procedure(26, "campaigns.preflight", (serial, { drafts }) => ({ id: at(drafts, serial) })),
  "large batches": batch(16, "messages.list", () => ({ limit: 100 })),
  "large inputs": batch(16, "campaigns.previewBody", () => ({ body: "{{first_name|x}} ".repeat(290) })),
  "refused inputs": calls(16, (target, serial) => ({
    path: "/trpc/campaigns.audienceCount",
    body: JSON.stringify({ audience: { kind: "tags", tags: Array(LARGE / 2 - 100).fill(0) } }),
    cookie: at(target.cookies, serial),
  })),
  "oversized bodies": calls(16, (target, serial) => ({
    path: serial % 2 ? "/trpc/contacts.list" : "/uploads/imports?fileName=a.csv",
    body: million,
    headers: { "content-type": "text/csv" },
    cookie: at(target.cookies, serial),
  })),
  "cheap calls": procedure(64, "auth.me", () => undefined),
  "refused calls": procedure(64, "killSwitch.pause", () => ({})),
  "made-up sessions": calls(64, (_, serial) => ({
    path: "/trpc/auth.me",
    body: "",
    headers: network(serial),
    cookie: `__Host-session_id=${String(serial).padStart(43, "A")}`,
  })),
  "made-up stops": calls(64, ({ tenantId }, serial) => ({
    path: `/tenants/${tenantId}/pause`,
    body: "",
    headers: network(serial),
    cookie: `__Host-session_id=${String(serial).padStart(43, "A")}`,
  })),
  "wrong passwords": calls(64, (_, serial) => ({
    path: "/trpc/auth.signIn",
    body: JSON.stringify({
      email: `person-${run}-${serial}@example.com`,
      password: "correct horse battery staple",
    }),
    headers: network(serial),
    cookie: undefined,
  })),
  "lost passwords": calls(64, (_, serial) => ({
    path: "/trpc/lostPassword.request",
    body: JSON.stringify({ email: `person-${run}-${serial}@example.com` }),
    headers: network(serial),
    cookie: undefined,
  })),
  "forged webhooks": calls(64, (_, serial) => ({
    path: "/webhooks/twilio/inbound",
    body: serial % 2 ? `From=%2B6141${serial}&Body=${"x".repeat(60_000)}` : "a&".repeat(30_000),
    headers: {
      ...network(serial),
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": SIGNATURE,
    },
    cookie: undefined,
  })),
  "the system's page": procedure(32, "system.diagnosis", () => undefined),
  "opened and dropped streams": streams(400, (serial) => 200 + (serial % 10) * 100),
  "held streams": streams(8, () => 60_000),
  "slow bodies": sockets(
    500,
    ({ cookies }, serial) => headOf("/trpc/contacts.list", at(cookies, serial), 200_000),
    (socket) => {
      const timer = setInterval(() => socket.write("["), 200);
      socket.on("close", () => clearInterval(timer));
    },
  ),
  "slow readers": sockets(
    200,
    ({ cookies }, serial) => {
      const body = JSON.stringify(
        Object.fromEntries(Array.from({ length: BATCH }, (_, n) => [n, { limit: 100 }])),
      );
      const path = `/trpc/${Array(BATCH).fill("messages.list").join(",")}?batch=1`;
      return headOf(path, at(cookies, serial), body.length) + body;
    },
    (socket) => socket.pause(),
  ),
};
