import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InboundMessage, StatusEvent } from "@smscrm/db/carrier/webhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetRefused, replaySpool } from "./replay.ts";
import { openSpool as open, type Spool } from "./spool.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "smscrm-spool-"));
});
const opened: Spool[] = [];
/** Opens a spool that is closed only at the test's end, because nothing may depend on closing it. */
function openSpool(at: string, mostBytes?: number): Spool {
  const spool = open(at, mostBytes);
  opened.push(spool);
  return spool;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((spool) => spool.close()));
  await rm(folder, { recursive: true, force: true });
});

const event = (messageSid: string): StatusEvent => ({
  attemptId: null,
  messageSid,
  messageStatus: "delivered",
  errorCode: null,
  payload: { MessageSid: messageSid },
});
const statusEntry = (sid: string) => ({ kind: "status", event: event(sid) }) as const;
const textEntry = (messageSid: string, receivedAt: Date) => {
  const message = {
    messageSid,
    from: "+61491570006",
    to: "+61444000100",
    body: "STOP",
    optOutType: null,
    payload: {},
  };
  return { kind: "inbound", message: { ...message, receivedAt } } as const;
};

/** Records entries as a database would commit them. */
function taker() {
  const sids: string[] = [];
  const texts: InboundMessage[] = [];
  return {
    sids,
    texts,
    status: async (events: StatusEvent[]) => void sids.push(...events.map((each) => each.messageSid)),
    inbound: async (message: InboundMessage) => void texts.push(message),
  };
}
const REFUSED_FILE = "refused.jsonl";
const filesOf = async () => (await readdir(folder)).filter((name) => name !== REFUSED_FILE);

describe("the webhook spool", () => {
  it("returns what a killed process left in it, texts first, and is empty then", async () => {
    const killed = openSpool(folder);
    await killed.add("status", ["SM1", "SM2"].map(statusEntry));
    const receivedAt = new Date("2026-11-25T10:00:00Z");
    await killed.add("inbound", [textEntry("SM3", receivedAt)]);
    const order: string[] = [];
    const replayed = await replaySpool(folder, {
      status: async (events) => void order.push(...events.map((each) => each.messageSid)),
      inbound: async (message) => {
        order.push(message.messageSid);
        expect(message.receivedAt).toEqual(receivedAt);
      },
    });
    expect(order).toEqual(["SM3", "SM1", "SM2"]);
    expect(replayed).toEqual({ stored: 3, refused: 0, torn: 0 });
    expect(await filesOf()).toEqual([]);
  });

  it("skips a line that a crash cut short: its webhook was never answered", async () => {
    const spool = openSpool(folder);
    await spool.add("status", [statusEntry("SM1")]);
    const [name] = await filesOf();
    await appendFile(path.join(folder, name!), '{"kind":"status","event":{"messageSi');
    const taken = taker();
    expect(await replaySpool(folder, taken)).toEqual({ stored: 1, refused: 0, torn: 1 });
    expect(taken.sids).toEqual(["SM1"]);
  });

  it("loses nothing while replays take the files that several processes write to", async () => {
    const processes = [openSpool(folder), openSpool(folder), openSpool(folder)];
    const taken = taker();
    const sent: string[] = [];
    let writing = true;
    const replays = (async () => {
      while (writing) {
        await replaySpool(folder, taken);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    for (let round = 0; round < 60; round += 1) {
      const adds = processes.map((spool, at) => {
        const sid = `SM-${round}-${at}`;
        sent.push(sid);
        return spool.add("status", [statusEntry(sid)]);
      });
      await Promise.all(adds);
    }
    writing = false;
    await replays;
    await replaySpool(folder, taken);
    expect(sent.filter((sid) => !taken.sids.includes(sid))).toEqual([]);
    expect(await filesOf()).toEqual([]);
  });

  it("keeps everything when the database goes away in the middle of a replay", async () => {
    const spool = openSpool(folder);
    const sids = Array.from({ length: 450 }, (_, at) => `SM${at}`);
    await spool.add("status", sids.map(statusEntry));
    const taken = taker();
    let calls = 0;
    const failing = {
      ...taken,
      status: async (events: StatusEvent[]) => {
        calls += 1;
        if (calls === 2)
          throw Object.assign(new Error("terminating connection due to administrator command"), {
            code: "57P01",
          });
        await taken.status(events);
      },
    };
    await expect(replaySpool(folder, failing)).rejects.toThrow(/terminating/);
    await replaySpool(folder, taken);
    expect(sids.filter((sid) => !taken.sids.includes(sid))).toEqual([]);
    expect(await filesOf()).toEqual([]);
  });

  it("sets aside what the database refuses because of its data, and stores the others", async () => {
    const spool = openSpool(folder);
    await spool.add("status", ["SM1", "BAD", "SM2"].map(statusEntry));
    const taken = taker();
    const picky = {
      ...taken,
      status: async (events: StatusEvent[]) => {
        if (events.some((each) => each.messageSid === "BAD"))
          throw Object.assign(new Error("invalid"), { code: "22P05" });
        await taken.status(events);
      },
    };
    expect(await replaySpool(folder, picky)).toEqual({ stored: 2, refused: 1, torn: 0 });
    expect(taken.sids).toEqual(["SM1", "SM2"]);
    expect(await readFile(path.join(folder, REFUSED_FILE), "utf8")).toMatch(/"BAD"/);
    expect(await filesOf()).toEqual([]);
  });

  it("keeps to its limit, counts what others left, and has room again after a replay", async () => {
    const line = JSON.stringify(statusEntry("SM1")).length + 1;
    const spool = openSpool(folder, 3 * line);
    await openSpool(folder).add("status", [statusEntry("SM1")]);
    spool.count();
    await spool.add("status", ["SM2", "SM3"].map(statusEntry));
    await expect(spool.add("status", [statusEntry("SM4")])).rejects.toThrow(/is full: it has \d+/);
    await replaySpool(folder, taker());
    spool.count();
    expect(spool.bytes).toBe(0);
    await spool.add("status", [statusEntry("SM4")]);
  });

  it("says at the start that its folder can't be written to", async () => {
    await appendFile(path.join(folder, "a-file"), "");
    expect(() => open(path.join(folder, "a-file"))).toThrow(/can't be written to .*set DATA_DIR/);
  });

  it("is readable for this user alone, because it contains numbers and texts", async () => {
    await openSpool(path.join(folder, "own")).add("inbound", [textEntry("SM1", new Date())]);
    const own = path.join(folder, "own");
    const [name] = await readdir(own);
    expect((await stat(own)).mode & 0o077).toBe(0);
    expect((await stat(path.join(own, name!))).mode & 0o077).toBe(0);
  });
});

it("an erasure removes the person's refused entries with this tenant, and no others", async () => {
  const [person, ours, others] = ["+61491570006", "+61444000100", "+61444000200"];
  const text = (from: string, to: string) => {
    const { message } = textEntry(`SM${from}${to}`, new Date());
    return JSON.stringify({ kind: "inbound", message: { ...message, from, to } });
  };
  const status = (To: string, From: string) =>
    JSON.stringify({ kind: "status", event: { ...event(`SM${To}${From}`), payload: { To, From } } });
  const theirs = [text(person, ours), status(person, ours), `{"torn": "${person}`];
  const kept = [
    text(person, others),
    text("+61491570156", ours),
    status(person, others),
    status("+61491570156", ours),
  ];
  const file = path.join(folder, REFUSED_FILE);
  await writeFile(file, [...theirs, ...kept].map((line) => `${line}\n`).join(""));
  await forgetRefused(folder, person, [ours]);
  expect(await readFile(file, "utf8")).toBe(kept.map((line) => `${line}\n`).join(""));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).filter((name) => name.startsWith("refused"))).toEqual([REFUSED_FILE]);
  await rm(file);
  await forgetRefused(folder, person, [ours]);
  expect(await readdir(folder)).toEqual([]);
});
