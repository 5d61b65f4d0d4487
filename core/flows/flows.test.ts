import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Candidate } from "../gates/message-facts.ts";
import { addedWords } from "../replies/added-words.ts";
import { advance } from "./advance.ts";
import {
  FLOW_SENDS_MAX,
  type FlowDefinition,
  type FlowEnd,
  type FlowStep,
  type FlowTrigger,
  flowDefinition,
} from "./definition.ts";
import { flowFaults } from "./faults.ts";
import { compileFlow, landOn, sendsOf } from "./program.ts";
import { type SimulatedVerdict, simulateFlow } from "./simulate.ts";

type FlowPerson = Parameters<typeof advance>[1];
type FlowSurroundings = Parameters<typeof flowFaults>[1];
type SimulatedFlow = Parameters<typeof simulateFlow>[0];
const FLOW_ENDS = [
  ...["finished", "opted-out", "not-sent", "contact-gone", "merged", "number-changed", "stopped", "restored"],
] as FlowEnd[];

const NOW = new Date("2026-11-23T04:00:00Z");
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const send = (body = "Hi"): FlowStep => ({ do: "send", body, smartEncoding: true });
const wait = (minutes = 60): FlowStep => ({ do: "wait", minutes });
const EVERYBODY = { match: "all" as const, rules: [] };
const ask = (replied: FlowStep[], silent: FlowStep[]): FlowStep => ({
  do: "wait-for-reply",
  minutes: 60,
  replied,
  silent,
});
const when = (met: FlowStep[], unmet: FlowStep[]): FlowStep => ({
  do: "condition",
  if: EVERYBODY,
  met,
  unmet,
});
const tag = (name: string): FlowStep => ({ do: "tag", tag: name, remove: false });

const person = (change: Partial<FlowPerson> = {}): FlowPerson => ({
  ...{ at: 0, arrivedAt: NOW, repliedAt: null, message: null, meets: false, messagesToday: 0, barred: null },
  ...change,
});

describe("a program", () => {
  const ops = compileFlow([
    send(),
    ask([tag("yes")], [tag("no"), { do: "end" }]),
    { do: "assign", userId: null },
  ]);

  it("is a list with branches after each other, and names places", () => {
    expect(ops.map(({ op, place }) => `${place} ${op}`)).toEqual([
      "1 send",
      "2 reply",
      "2.replied.1 tag",
      "2.replied jump",
      "2.silent.1 tag",
      "2.silent.2 end",
      "3 assign",
    ]);
    expect(sendsOf(ops)).toEqual([0]);
    expect([landOn(ops, 3), landOn(ops, 5), landOn(ops, 7)]).toEqual([6, null, null]);
  });

  it("leads forward only, whatever its steps", () => {
    const leaf = fc.constantFrom<FlowStep>(
      send(),
      wait(),
      tag("a"),
      { do: "end" },
      { do: "assign", userId: null },
    );
    const steps = fc.array(
      fc.oneof(
        leaf,
        fc.tuple(fc.array(leaf), fc.array(leaf)).map(([met, unmet]) => when(met, unmet)),
        fc.tuple(fc.array(leaf), fc.array(leaf)).map(([yes, no]) => ask(yes, no)),
      ),
    );
    fc.assert(
      fc.property(steps, fc.boolean(), (list, meets) => {
        const program = compileFlow(list);
        let at = landOn(program, 0);
        while (at !== null) {
          const message = { state: "went" as const, at: NOW };
          const move = advance(program, person({ at, meets, message }), later(60));
          if (move.kind === "leave") return;
          expect(move.kind).toBe("go");
          if (move.kind === "go") {
            expect(move.at).toBeGreaterThan(at);
            at = move.at;
          }
        }
      }),
    );
  });
});

describe("advance", () => {
  const ops = compileFlow([
    send(),
    wait(),
    ask([tag("yes")], [send("?")]),
    when([tag("in")], []),
    { do: "assign", userId: null },
  ]);
  const move = (change: Partial<FlowPerson>, now = NOW) => advance(ops, person(change), now);

  it("queues a message once, stays until it went, and counts from then", () => {
    expect(move({})).toEqual({ kind: "stay", dueAt: later(1), sends: true });
    const open = (queuedAt: Date, notBefore: Date | null = null) =>
      move({ message: { state: "open", queuedAt, notBefore } });
    expect(open(NOW)).toEqual({ kind: "stay", dueAt: later(1), sends: false });
    expect(open(later(-40))).toMatchObject({ dueAt: later(10) });
    expect(open(later(-10_000))).toMatchObject({ dueAt: later(60) });
    expect(open(NOW, later(300))).toMatchObject({ dueAt: later(300) });
    expect(open(NOW, later(9_999))).toMatchObject({ dueAt: later(24 * 60) });
    expect(move({ message: { state: "went", at: later(-5) } })).toEqual({
      ...{ kind: "go", at: 1, arrivedAt: later(-5), does: false },
    });
    expect(move({ message: { state: "refused" } })).toEqual({ kind: "leave", why: "not-sent", does: false });
  });

  it("sends nobody more than the day's messages of flows", () => {
    expect(move({ messagesToday: 5 })).toEqual({
      kind: "stay",
      dueAt: later(60),
      sends: false,
    });
  });

  it("waits, and takes the branch of a reply, of silence or of a condition", () => {
    expect(move({ at: 1 })).toEqual({ kind: "stay", dueAt: later(60), sends: false });
    expect(move({ at: 1 }, later(60))).toMatchObject({ kind: "go", at: 2 });
    expect(move({ at: 2 })).toEqual({ kind: "stay", dueAt: later(60), sends: false });
    expect(move({ at: 2, repliedAt: NOW })).toMatchObject({ kind: "go", at: 3 });
    expect(move({ at: 2 }, later(60))).toMatchObject({ kind: "go", at: 5 });
    expect(move({ at: 6, meets: true })).toMatchObject({ at: 7 });
    expect(move({ at: 6 })).toMatchObject({ at: 9 });
  });

  it("does what a step says as it leaves the step, also the last", () => {
    expect(move({ at: 3 })).toEqual({ kind: "go", at: 6, arrivedAt: NOW, does: true });
    expect(move({ at: 9 })).toEqual({ kind: "leave", why: "finished", does: true });
    expect(move({ at: 99 })).toEqual({ kind: "leave", why: "finished", does: false });
  });

  it.each(FLOW_ENDS.filter((why): why is Exclude<FlowEnd, "finished"> => why !== "finished"))(
    "does nothing for somebody barred: %s",
    (barred) => {
      expect(move({ barred, repliedAt: NOW })).toEqual({ kind: "leave", why: barred, does: false });
    },
  );
});

const AROUND: FlowSurroundings = {
  ...{ fields: ["born"], dateFields: ["born"], topics: ["news"], assignees: ["ann"] },
  ...{ optInKeywords: ["JOIN"], flowKeywords: ["MENU"], replies: new Map() },
};
const flow = (change: Partial<FlowDefinition> = {}): FlowDefinition => ({
  ...{ trigger: { kind: "tag", tag: "new" }, purpose: "marketing", topic: null, steps: [send()] },
  ...change,
});
const faults = (change: Partial<FlowDefinition>, around: Partial<FlowSurroundings> = {}) =>
  flowFaults(flow(change), { ...AROUND, ...around }).join(" ");
const byKeyword = (keyword: string): { trigger: FlowTrigger } => ({ trigger: { kind: "keyword", keyword } });

describe("the faults of a flow", () => {
  it("are none for a good one", () => {
    expect(faults({ trigger: { kind: "date", field: "born", days: -1 }, topic: "news" })).toBe("");
    expect(faults(byKeyword("pizza"))).toBe("");
    const steps = [
      send(),
      ask([send()], [wait(), send()]),
      wait(),
      when([send(), wait()], [{ do: "end" }]),
      send(),
    ];
    expect(faults({ steps: [...steps, { do: "assign", userId: "ann" }] })).toBe("");
  });

  it("name a keyword that means something, in a language that is shipped or added", () => {
    expect(faults(byKeyword("STOP"))).toContain("STOP already means something in a reply");
    expect(faults(byKeyword("abmelden"))).toContain("in one language or another");
    const replies = new Map([["KE", addedWords({ language: "Swahili", whole: ["pizza"] })]]);
    expect(faults(byKeyword("pizza"))).toBe("");
    expect(faults(byKeyword("pizza"), { replies })).toContain("PIZZA already means something");
    expect(faults(byKeyword("two words"))).toContain("one word");
    expect(faults(byKeyword("join"))).toContain("asks for consent");
    expect(faults(byKeyword("menu"))).toContain("Another flow starts with MENU");
  });

  it("name what is not there", () => {
    expect(faults({ trigger: { kind: "date", field: "won", days: 0 } })).toContain("no date field “won”");
    expect(faults({ topic: "offers" })).toContain("no topic “offers”");
    expect(faults({ topic: "news", purpose: "service" })).toContain("Only marketing has topics");
    expect(faults({ steps: [send("{{x}}")] })).toContain("Step 1: There is no field {{x}}");
    expect(faults({ steps: [{ do: "assign", userId: "ben" }] })).toContain("Step 1: choose a member");
    const rules = [{ about: "field" as const, field: "won", test: { is: "filled" as const } }];
    expect(
      faults({ steps: [{ do: "condition", if: { match: "all", rules }, met: [], unmet: [] }] }),
    ).toContain("Step 1: there is no field “won”");
  });

  it("name too many steps and messages, and messages without a wait between them", () => {
    const list = Array.from({ length: 11 }, () => [send(), wait()]).flat();
    expect(faults({ steps: list })).toContain(`at most ${FLOW_SENDS_MAX} messages`);
    expect(faults({ steps: [when(list, list)] })).toContain("This flow has 45");
    expect(faults({ steps: [send(), send()] })).toContain("Step 2: add a wait before it");
    expect(faults({ steps: [send(), when([send()], [])] })).toContain("Step 2.met.1: add a wait");
    expect(faults({ steps: [send(), when([], [wait()]), send()] })).toContain("Step 3: add a wait");
    expect(faults({ steps: [send(), ask([send()], []), send()] })).toContain("Step 3: add a wait");
    expect(faults({ steps: [wait(), ask([], [])] })).toContain(
      "Step 2: wait for a reply right after a message",
    );
  });
});

test("a definition has branches to a depth, and nothing else", () => {
  const nested = (depth: number): FlowStep => (depth === 0 ? send() : when([nested(depth - 1)], []));
  expect(flowDefinition.safeParse(flow({ steps: [nested(3)] })).success).toBe(true);
  expect(flowDefinition.safeParse(flow({ steps: [nested(4)] })).success).toBe(false);
  expect(flowDefinition.safeParse({ ...flow(), more: 1 }).success).toBe(false);
  expect(flowDefinition.safeParse(flow({ steps: [send(" ")] })).success).toBe(false);
});

describe("a simulation", () => {
  const candidate = (contactId: string, change: object = {}) =>
    ({ contactId, recentSubmissions: [], doNotContactSince: null, ...change }) as unknown as Candidate;
  const run = (
    steps: FlowStep[],
    {
      ask: verdict = () => ({ kind: "send", priceMicros: 5 }) as SimulatedVerdict,
      replies = false,
      meets = () => false,
      who = candidate("ann"),
    }: Partial<SimulatedFlow> & { who?: Candidate } = {},
  ) =>
    simulateFlow({ ops: compileFlow(steps), start: NOW, ask: verdict, meets, replies }, [
      { candidate: who, at: later(1_440) },
    ]);

  it("sends what a person would get, on its own clock", () => {
    const result = run([send(), wait(3 * 1_440), send()]);
    expect(result).toMatchObject({ messages: 2, costMicros: 10, left: { finished: 1 }, within: 0 });
    expect(result.days.map(({ messages }) => messages).slice(0, 6)).toEqual([0, 1, 0, 0, 1, 0]);
    expect(result.days[1]!.entered).toBe(1);
  });

  it("shows replies by all and by nobody, and conditions as they are", () => {
    const steps = [send(), ask([], [send()]), when([tag("a")], [wait(), send()])];
    expect(run(steps).messages).toBe(3);
    expect(run(steps, { replies: true }).messages).toBe(2);
    expect(run(steps, { replies: true, meets: () => true }).messages).toBe(1);
  });

  it("holds as the gates do, and counts what they refuse", () => {
    const at = later(3_000);
    const night = run([send()], {
      ask: (_, __, now) =>
        now < at ? { kind: "hold", until: at, reason: "Quiet hours" } : { kind: "send", priceMicros: 1 },
    });
    expect(night).toMatchObject({ messages: 1, held: { "Quiet hours": 1 } });
    expect(night.days[2]!.messages).toBe(1);
    const never = run([send()], {
      ask: (_, __, now) => ({ kind: "hold", until: new Date(now.getTime() + 1), reason: "Rate" }),
    });
    expect(never).toMatchObject({ messages: 0, held: { Rate: 1 }, within: 1 });
    const refused = run([send()], { ask: () => ({ kind: "drop", reason: "Consent" }) });
    expect(refused).toMatchObject({ messages: 0, refused: { Consent: 1 }, left: { "not-sent": 1 } });
  });

  it("adds up what happens to several", () => {
    const flow = { ops: compileFlow([send()]), start: NOW, meets: () => false, replies: false };
    const refuse = (): SimulatedVerdict => ({ kind: "drop", reason: "Consent" });
    const both = ["ann", "ben"].map((id) => ({ candidate: candidate(id), at: NOW }));
    const result = simulateFlow({ ...flow, ask: refuse }, both);
    expect([result.refused, result.left]).toEqual([{ Consent: 2 }, { "not-sent": 2 }]);
  });

  it("ends with the month, and lets nobody on the do-not-contact list through", () => {
    expect(run([send(), wait(60 * 1_440), send()])).toMatchObject({ messages: 1, within: 1 });
    expect(run([send()], { who: candidate("ben", { doNotContactSince: NOW }) }).left).toEqual({
      "opted-out": 1,
    });
    expect(run([{ do: "end" }])).toMatchObject({ messages: 0, within: 1 });
  });
});
