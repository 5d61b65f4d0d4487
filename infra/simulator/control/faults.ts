import { z } from "zod";
import type { Clock } from "../clock.ts";
import { arrivesByCallback, isKnownCode } from "../messages/carrier-errors.ts";
import { type MessageResult, resultOfCode } from "../messages/outcomes.ts";
import type { Disturbance } from "./disturbance.ts";

const scope = {
  /** Limits it to this recipient, or to a pattern with `*`. */
  to: z.string().min(1).max(40).optional(),
  from: z.string().min(1).max(40).optional(),
  probability: z.number().gt(0).max(1).default(1),
  /** Ends it after this many hits. */
  count: z.int().positive().optional(),
  /** Ends it after this many seconds. */
  seconds: z.number().positive().optional(),
};
/** Which requests of the REST API a fault affects: creates, reads (list and fetch), or all of them. */
const on = z.enum(["create", "read", "all"]).default("create");
const delayMs = z.number().min(0).max(600_000);
const status = z.int().min(500).max(599);

/** The body of `POST /simulator/faults`. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("latency"), delayMs, on, ...scope }),
  z.strictObject({ kind: z.literal("timeout-before-accept"), on, ...scope }),
  z.strictObject({ kind: z.literal("timeout-after-accept"), ...scope }),
  z.strictObject({ kind: z.literal("error-before-accept"), status: status.default(500), on, ...scope }),
  z.strictObject({ kind: z.literal("error-after-accept"), status: status.default(500), ...scope }),
  z.strictObject({ kind: z.literal("too-many-requests"), on, ...scope }),
  z.strictObject({ kind: z.literal("reset-before-accept"), on, ...scope }),
  z.strictObject({ kind: z.literal("reset-after-accept"), ...scope }),
  z.strictObject({
    kind: z.literal("error-code"),
    code: z.int().refine(isKnownCode, "not a code that Twilio publishes for messages"),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal("callback-duplicate"),
    copies: z.int().min(2).max(20).default(2),
    /** How long after the previous copy each one is sent. */
    apartMs: delayMs.default(0),
    ...scope,
  }),
  z.strictObject({ kind: z.literal("callback-delay"), delayMs, ...scope }),
  z.strictObject({ kind: z.literal("callback-shuffle"), windowMs: delayMs.default(2000), ...scope }),
  z.strictObject({ kind: z.literal("callback-loss"), ...scope }),
]);

type FaultRequest = z.infer<typeof faultSchema>;
type Fault = FaultRequest & { id: number; hits: number; endsAt: number | null };

/** What the active faults do to one request. */
interface RequestFault {
  latencyMs: number;
  disturbance: Disturbance | null;
  refusal: number | null;
  messageResult: MessageResult | null;
}

/** What the active faults do to one status callback. */
interface CallbackFault {
  lost: boolean;
  copies: number;
  /** The time between two copies. */
  apartMs: number;
  delayMs: number;
}

export interface Faults {
  add(request: FaultRequest): Fault;
  list(): Fault[];
  remove(id: number): boolean;
  clear(): void;
  /** Null if no fault affects the request. The first fault that decides it wins; delays add up. */
  forRequest(on: "create" | "read", to: string, from: string): RequestFault | null;
  forCallback(to: string, from: string): CallbackFault | null;
}

export function createFaults(clock: Clock, random: () => number): Faults {
  let faults: (Fault & { touches(to: string, from: string): boolean })[] = [];
  let lastId = 0;

  const hits = (fault: (typeof faults)[number], to: string, from: string): boolean => {
    if (fault.count !== undefined && fault.hits >= fault.count) return false;
    if (fault.endsAt !== null && clock.now() >= fault.endsAt) return false;
    if (!fault.touches(to, from) || (fault.probability < 1 && random() >= fault.probability)) return false;
    fault.hits += 1;
    return true;
  };

  return {
    add(request) {
      lastId += 1;
      const endsAt = request.seconds === undefined ? null : clock.now() + request.seconds * 1000;
      const fault = { ...request, id: lastId, hits: 0, endsAt, touches: matcher(request.to, request.from) };
      faults.push(fault);
      return shown(fault);
    },
    list: () => faults.map(shown),
    remove(id) {
      const before = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      return faults.length < before;
    },
    clear() {
      faults = [];
    },
    forRequest(kind, to, from) {
      if (faults.length === 0) return null;
      const result: RequestFault = { latencyMs: 0, disturbance: null, refusal: null, messageResult: null };
      for (const fault of faults) {
        const decided =
          result.disturbance !== null || result.refusal !== null || result.messageResult !== null;
        if (fault.kind === "latency") {
          if (touchesKind(fault.on, kind) && hits(fault, to, from)) result.latencyMs += fault.delayMs;
        } else if (!decided) applyToRequest(fault, kind, result, () => hits(fault, to, from));
      }
      return result;
    },
    forCallback(to, from) {
      if (faults.length === 0) return null;
      const result: CallbackFault = { lost: false, copies: 1, apartMs: 0, delayMs: 0 };
      for (const fault of faults) {
        if (!fault.kind.startsWith("callback-") || !hits(fault, to, from)) continue;
        if (fault.kind === "callback-loss") result.lost = true;
        if (fault.kind === "callback-duplicate") {
          result.copies = Math.max(result.copies, fault.copies);
          result.apartMs = Math.max(result.apartMs, fault.apartMs);
        }
        if (fault.kind === "callback-delay") result.delayMs += fault.delayMs;
        if (fault.kind === "callback-shuffle") result.delayMs += random() * fault.windowMs;
      }
      return result;
    },
  };
}

function applyToRequest(
  fault: Fault,
  kind: "create" | "read",
  result: RequestFault,
  hits: () => boolean,
): void {
  switch (fault.kind) {
    case "timeout-before-accept":
    case "too-many-requests":
    case "reset-before-accept":
      if (touchesKind(fault.on, kind) && hits()) result.disturbance = { kind: fault.kind };
      return;
    case "error-before-accept":
      if (touchesKind(fault.on, kind) && hits())
        result.disturbance = { kind: fault.kind, status: fault.status };
      return;
    case "timeout-after-accept":
    case "reset-after-accept":
      if (kind === "create" && hits()) result.disturbance = { kind: fault.kind };
      return;
    case "error-after-accept":
      if (kind === "create" && hits()) result.disturbance = { kind: fault.kind, status: fault.status };
      return;
    case "error-code":
      if (kind !== "create" || !hits()) return;
      if (arrivesByCallback(fault.code)) result.messageResult = resultOfCode(fault.code);
      else result.refusal = fault.code;
  }
}

function touchesKind(on: "create" | "read" | "all", kind: "create" | "read"): boolean {
  return on === "all" || on === kind;
}

function matcher(to: string | undefined, from: string | undefined): (to: string, from: string) => boolean {
  const one = (pattern: string | undefined): ((text: string) => boolean) => {
    if (pattern === undefined) return () => true;
    const escaped = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const regex = new RegExp(`^${escaped.join(".*")}$`);
    return (text) => regex.test(text);
  };
  const [toMatches, fromMatches] = [one(to), one(from)];
  return (toNumber, fromNumber) => toMatches(toNumber) && fromMatches(fromNumber);
}

function shown(fault: Fault & { touches?: unknown }): Fault {
  const { touches: _, ...rest } = fault;
  return rest as Fault;
}
