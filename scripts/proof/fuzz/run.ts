import { mayIn } from "@smscrm/core/platform/roles";
import { type Action, may } from "@smscrm/core/process/roles";
import { appRouter } from "@smscrm/server/router";
import { z } from "zod";
import { inputsFrom, type Shape, seeded } from "./inputs.ts";
import type { Caller, World } from "./world.ts";

export interface FuzzOptions {
  calls: number;
  seed: number;
  say: (line: string) => void;
}

export interface FuzzResult {
  /** What was called, a procedure's path or a route, with how often. */
  called: Map<string, number>;
  statuses: Map<number, number>;
  slowestMs: number;
  /** One line each, with the number of the call: the seed repeats it. */
  faults: string[];
}

interface Target {
  name: string;
  /** Null: no role is asked for. */
  action: Action | null;
  ask(): { path: string; init: RequestInit; isStream: boolean };
}

/** No request may take longer: the dashboard's own limit for a page is 5 s. */
const ANSWER_LIMIT_MS = 20_000;
const STREAM_MS = 150;
const REPAIR_EVERY = 100;
const AT_ONCE = 4;
const FAULTS_MAX = 50;

/**
 * Calls procedures and routes as every role, with inputs that mostly fit, ids of both tenants and junk. Judges each
 * answer: nothing above 499, nothing of the idle tenant, nothing that the role may not do, no
 * number for a role that sees them masked, and an answer in time.
 */
export async function fuzz(world: World, { calls, seed, say }: FuzzOptions): Promise<FuzzResult> {
  const random = seeded(seed);
  const inputs = inputsFrom(random, world.own, world.foreign);
  const targets = [...procedures(random, inputs), ...routes(world, inputs)];
  const result: FuzzResult = { called: new Map(), statuses: new Map(), slowestMs: 0, faults: [] };
  const idleBefore = await world.idleRows();
  const secrets = new RegExp(world.secrets.map(escaped).join("|"), "i");
  const numbers = new RegExp(world.numbers.map(spelled).join("|"));

  /** What a platform's member changes is the busy tenant's: they may change any, and the idle one must stay as it is. */
  const asked = (target: Target, { member }: Caller) => {
    const call = target.ask();
    if (!member?.isPlatform || !target.name.startsWith("platform.")) return call;
    const { body } = call.init;
    if (typeof body !== "string" || target.action === "platform.read") return call;
    return { ...call, init: { ...call.init, body: body.replaceAll(world.tenants.idle, world.tenants.busy) } };
  };

  const judge = async (nth: number) => {
    const target = inputs.pick(targets);
    const caller = inputs.pick(world.callers);
    const { path, init, isStream } = asked(target, caller);
    const began = performance.now();
    const ask = () =>
      answerOf(world, path, { ...init, headers: { cookie: caller.cookie, ...init.headers }, isStream });
    const answer = await ask();
    const tookMs = performance.now() - began;
    result.slowestMs = Math.max(result.slowestMs, tookMs);
    count(result.called, target.name);
    count(result.statuses, answer.status);
    const fault = (what: string) => {
      if (result.faults.length < FAULTS_MAX)
        result.faults.push(`${nth} ${target.name} as ${caller.name}: ${what}`);
    };
    if (answer.status === 0) fault(`no answer within ${ANSWER_LIMIT_MS} ms`);
    if (answer.status > 499 && !(answer.status === 503 && MAY_BE_AWAY.test(answer.text))) {
      fault(`${answer.status} ${answer.text.slice(0, 200)} <- ${sent(path, init)}`);
    }
    const [told] = answer.text.match(secrets) ?? [];
    if (told) fault(`tells ${told} <- ${sent(path, init)}`);
    const { member } = caller;
    const mayNot = target.action && !(member && mayIn(member, member, target.action));
    // No answer shows the platform's members a number, except one that they sent themselves.
    const seesNumbers = member && (member.isPlatform || may(member, "phoneNumbers.read"));
    const [number] = seesNumbers ? [] : (answer.text.match(numbers) ?? []);
    if (number) fault(`tells the number ${number} <- ${sent(path, init)}`);
    if (mayNot && answer.status === 200 && !isStream) {
      // Another call may have given the caller a higher role in between: with the role put back it is refused.
      await world.repair();
      if ((await ask()).status === 200) fault(`is allowed ${target.action} <- ${sent(path, init)}`);
    }
  };

  for (let done = 0; done < calls; done += AT_ONCE) {
    if (done % REPAIR_EVERY < AT_ONCE) await world.repair();
    if (done > 0 && done % 10_000 < AT_ONCE) say(`${done} calls, ${result.faults.length} faults`);
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => judge(done + at)));
  }
  const written = (await world.idleLog()).filter((action) => !OF_STRANGERS.test(action));
  if (written.length > 0) result.faults.push(`the idle tenant's log has ${written.join(", ")}`);
  const idleAfter = await world.idleRows();
  for (const [table, before] of Object.entries(idleBefore)) {
    if (idleAfter[table] !== before && !/^audit_(log|heads)$/.test(table))
      result.faults.push(`rows of the idle tenant changed in ${table}`);
  }
  return result;
}

/** What somebody at the door causes in the log of the organisation whose member they claim to be. */
const OF_STRANGERS = /^auth\.(sign-in|second-factor)-(failed|throttled)$|^auth\.reset-link$/;

/** What a 503 may say: no worker runs beside this API, and the dashboard's files may not be built. */
const MAY_BE_AWAY = /"not ready"|^The dashboard is not built/;

/** Matches a number's digits, however they are grouped and with or without its country code. */
const spelled = (phone: string) => [...phone.slice(-9)].join("[ ().-]{0,2}");
const escaped = (text: string) => text.replace(/[+.]/g, "\\$&");
const sent = (path: string, init: RequestInit) =>
  `${path.slice(0, 300)} ${String(init.body ?? "").slice(0, 300)}`;
const count = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);

type Inputs = ReturnType<typeof inputsFrom>;
type Definition = { type: string; meta?: { action: Action }; inputs: z.ZodType[] };

function procedures(random: () => number, inputs: Inputs): Target[] {
  const all = appRouter._def.procedures as unknown as Record<string, { _def: Definition }>;
  return Object.entries(all).map(([name, { _def }]) => {
    const shapes = _def.inputs.map(
      (input) => z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as Shape,
    );
    const isStream = _def.type === "subscription";
    const ask = () => {
      const parts = shapes.map((shape) => inputs.value(shape));
      const input = parts.length > 1 && parts.every(isObject) ? Object.assign({}, ...parts) : parts[0];
      const body = JSON.stringify(input);
      const byAddress = isStream || (_def.type === "query" && random() < 0.3);
      if (!byAddress) {
        const headers = { "content-type": "application/json" };
        return { path: `/trpc/${name}`, isStream, init: { method: "POST", headers, body } };
      }
      const search = body === undefined ? "" : `?input=${encodeURIComponent(body)}`;
      return { path: `/trpc/${name}${search}`, isStream, init: { method: "GET" } };
    };
    return { name, action: _def.meta?.action ?? null, ask };
  });
}

const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

function routes({ server }: World, inputs: Inputs): Target[] {
  const places = server.app.routes
    .filter(({ path, method }) => path !== "/*" && path !== "/trpc/*" && method !== "OPTIONS")
    .map(({ path, method }) => ({ path, method: method === "ALL" ? "POST" : method }));
  const distinct = [...new Map(places.map((place) => [`${place.method} ${place.path}`, place])).entries()];
  return distinct.map(([name, { path, method }]) => ({
    name,
    action: null,
    ask: () => {
      const part = () =>
        encodeURIComponent(String(inputs.pick([inputs.id(), inputs.known(), inputs.junk()])).slice(0, 2_000));
      const filled = path.replace(/:\w+(\{[^}]*\})?|\*/g, () => wellFormed(part));
      const search = inputs.pick([
        "",
        `?fileName=${wellFormed(part)}&kind=${wellFormed(part)}`,
        `?${wellFormed(part)}=${wellFormed(part)}`,
      ]);
      const body = method === "GET" || method === "HEAD" ? undefined : bodyOf(inputs);
      const type = inputs.pick([
        "application/json",
        "text/csv",
        "application/x-www-form-urlencoded",
        "rubbish",
      ]);
      const headers = {
        "content-type": type,
        ...(inputs.pick([0, 1]) ? { "x-twilio-signature": "forged=" } : {}),
      };
      return { path: filled + search, isStream: false, init: { method, headers, ...(body ? { body } : {}) } };
    },
  }));
}

/** Half a surrogate pair has no form in an address. */
function wellFormed(part: () => string): string {
  try {
    return part();
  } catch {
    return "%ED%A0%80";
  }
}

function bodyOf(inputs: Inputs): string {
  const form = new URLSearchParams({
    MessageSid: `SM${"0".repeat(32)}`,
    From: inputs.known(),
    To: inputs.known(),
    Body: String(inputs.junk()).toWellFormed().slice(0, 5_000),
    MessageStatus: inputs.pick(["delivered", "sent", "rubbish"]),
  });
  return inputs.pick([
    form.toString(),
    `phone,first name\n${inputs.known()},${inputs.known()}\n`,
    String(JSON.stringify(inputs.junk())),
    "",
  ]);
}

async function answerOf(
  { server }: World,
  path: string,
  { isStream, ...init }: RequestInit & { isStream: boolean },
): Promise<{ status: number; text: string }> {
  const leaving = new AbortController();
  const timer = setTimeout(() => leaving.abort(), isStream ? STREAM_MS : ANSWER_LIMIT_MS);
  const asked = (async () => {
    const request = new Request(new URL(path, "http://127.0.0.1:3000"), { ...init, signal: leaving.signal });
    const response = await server.app.request(request, undefined, { remoteAddress: "127.0.0.1" });
    return { status: response.status, text: await response.text().catch(() => "") };
  })();
  const late = new Promise<{ status: number; text: string }>((resolve) => {
    leaving.signal.addEventListener("abort", () => {
      setTimeout(() => resolve({ status: isStream ? 200 : 0, text: "" }), 1_000).unref?.();
    });
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
