import type { Action } from "@smscrm/core/process/roles";
import { needsProof } from "@smscrm/core/process/second-factor";
import { AudienceGone } from "@smscrm/db/audiences/members";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { isTooSlow, passesLimit } from "@smscrm/db/postgres/connection-faults";
import { initTRPC, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { ZodError } from "zod";
import type { Dependencies } from "./dependencies.ts";
import type { Charge } from "./fair-use/fair-use.ts";
import { badRequest, forbidden, tooSlow, unauthorized, unmet } from "./http/refusals.ts";
import { FROM_ANOTHER_SITE } from "./http/same-origin.ts";
import { isStorable } from "./http/storable-input.ts";
import type { LiveCampaigns } from "./live/campaigns.ts";
import type { Streams } from "./live/streams.ts";
import type { TypingState } from "./live/typing.ts";
import { noteLook } from "./platform/support-look.ts";
import type { AuditTally } from "./users/audit-tally.ts";
import type { Visitor } from "./users/check-password.ts";
import type { LookUps } from "./users/roles/look-ups.ts";
import { maskAnswer, maskSentence, maskStream, readInput, seesMasked } from "./users/roles/masked-numbers.ts";
import type { Session } from "./users/session.ts";
import { guardRefusal, lacksSecondFactor, mustBeProven } from "./users/session-guard.ts";
import { refuseAccountChange } from "./users/single-sign-on/account-changes.ts";

/** The context of every procedure. Created once per HTTP request, also for a batch of calls. */
export interface Context {
  dependencies: Dependencies;
  requestId: string;
  session: Session | null;
  /** Of a sign-in that waits for its second factor. Only what finishes or drops that sign-in reads it. */
  pendingToken: string | null;
  /** Of an account that must prove its password before single sign-on is linked with it. */
  linkToken: string | null;
  visitor: Visitor;
  /** False for a request from another site's page, which may change nothing. */
  sameOrigin: boolean;
  setCookie: (value: string) => void;
  /** What the request costs its person; see `fair-use`. */
  charge: Charge;
  /** Whether another tenant than this one is using the process at this moment. */
  isBeside: (tenantId: string) => boolean;
  /** Lets only some calls of a batch use the database at once. */
  callsInTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** One per process: all viewers of a campaign share one reader. */
  liveCampaigns: LiveCampaigns;
  /** One per process: who is writing a reply to whom. */
  typing: TypingState;
  /** One per process: limits how many streams a session and a user have open. */
  streams: Streams;
  /** One per process: limits how often outside events are written to the audit log. */
  tally: AuditTally;
  /** One per process: limits how often members who see numbers masked ask for a number. */
  lookUps: LookUps;
}

const t = initTRPC
  .context<Context>()
  .meta<{ action: Action }>()
  .create({
    sse: {
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 40_000 },
    },
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      message: maskedFor(ctx, messageFor(error.code, error.message, error.cause, ctx?.requestId)),
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: shape.data.path,
        fields: fieldsOf(error.cause, ctx),
      },
    }),
  });

/** An unexpected error stays in the log, under the id that the answer shows. */
function messageFor(
  code: TRPC_ERROR_CODE_KEY,
  message: string,
  cause: unknown,
  requestId = "unknown",
): string {
  if (cause instanceof ZodError) return firstFault(cause);
  if (code === "INTERNAL_SERVER_ERROR") return `Something went wrong on our side (request ${requestId}).`;
  return message;
}

function firstFault(error: ZodError): string {
  const [issue] = error.issues;
  if (!issue) return "The request is incomplete.";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

/** Returns the first fault of each field, so that a form can show it beside the field. */
function fieldsOf(cause: unknown, ctx: Context | undefined): Record<string, string> | undefined {
  if (!(cause instanceof ZodError)) return undefined;
  const fields: Record<string, string> = {};
  for (const issue of cause.issues) fields[issue.path.join(".")] ??= maskedFor(ctx, issue.message);
  return fields;
}

function maskedFor(ctx: Context | undefined, sentence: string): string {
  const session = ctx?.session;
  return session && seesMasked(session) ? maskSentence(session, sentence) : sentence;
}

export const router = t.router;

/**
 * The most that a call is charged for, if it has a queue of its own, or waits on purpose. An operator who checks a campaign
 * of a million contacts has not used up their share.
 */
const CHARGED_MS_MAX: Readonly<Record<string, number>> = {
  "auth.signIn": 20,
  "campaigns.preflight": 500,
  "campaigns.launch": 500,
  "campaigns.schedule": 500,
  "imports.consent": 500,
};

const charged = t.procedure.use(async ({ ctx, path, next }) => {
  const from = performance.now();
  try {
    return await next();
  } finally {
    ctx.charge.limit(performance.now() - from, CHARGED_MS_MAX[path] ?? Number.POSITIVE_INFINITY);
  }
});

/** Needs no session. Refuses requests from other sites, and text that the database can't store. */
export const anybody = charged.use(async ({ ctx, type, getRawInput, next }) => {
  if (type === "mutation" && !ctx.sameOrigin) {
    throw forbidden(FROM_ANOTHER_SITE);
  }
  if (!isStorable(await getRawInput())) {
    throw badRequest(
      "The text contains a broken or invisible character (NUL). Remove it, or type the text again.",
    );
  }
  return next();
});

/** The time limit of each statement of a page: a slower one would delay the tenant's other pages. */
const READ_LIMIT_MS = 5_000;

/** Where the platform's operator set a limit at this moment, or a number is one too many. */
const BEYOND_LIMIT =
  "The platform's operator limits this, and the change is beyond the limit. Reload the page to see it, or ask them.";

const asMember = anybody.use(({ ctx, type, next }) => {
  const { session, dependencies } = ctx;
  if (!session) throw unauthorized();
  const tenantId = session.tenant.id;
  const limitMs = type === "query" ? READ_LIMIT_MS : undefined;
  const inTenant = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
    ctx
      .callsInTurn(() => dependencies.database.asTenant(tenantId, work, limitMs))
      .catch((error) => {
        if (passesLimit(error)) throw unmet(BEYOND_LIMIT);
        if (error instanceof AudienceGone) throw badRequest(error.message);
        throw isTooSlow(error) ? tooSlow() : error;
      });
  return next({ ctx: { session, tenantId, inTenant } });
});

/**
 * Masks the numbers of every answer for roles without `phoneNumbers.read`. All procedures with a session go through here,
 * so none can forget it. References to numbers in an input are read before the procedure sees it.
 */
const inSession = asMember
  .use(async ({ ctx, path, type, next }) => {
    const { session } = ctx;
    const result = await next();
    if (!result.ok || !seesMasked(session)) return result;
    const { data } = result;
    const masked =
      type === "subscription" ? maskStream(session, path, data as never) : maskAnswer(session, path, data);
    return { ...result, data: masked };
  })
  .use(({ ctx, getRawInput, next }) => {
    let read: Promise<unknown> | undefined;
    const readOnce = async () => {
      const { input, looksUp } = readInput(ctx.session, await getRawInput());
      if (looksUp) ctx.lookUps(ctx.session.userId);
      return input;
    };
    return next({
      getRawInput: () => {
        read ??= readOnce();
        return read;
      },
    });
  });

/** What sets a second factor up, and what leaves. */
const OF_THE_PERSON = /^(auth|secondFactor)\.|^singleSignOn\.prove$/;

/** Procedures for signed-in users of any role, with a second factor where the tenant requires one. */
export const signedIn = inSession.use(({ ctx, path, next }) => {
  const { session } = ctx;
  if (session.lacksSecondFactor && !OF_THE_PERSON.test(path)) throw forbidden(lacksSecondFactor(session));
  if (needsProof(path) === "always") mustBeProven(session);
  return next();
});

/** Procedures that change the account itself, which may open other tenants as well. */
export const ownAccount = signedIn.use(async ({ ctx, next }) => {
  await refuseAccountChange(ctx.dependencies, ctx.session);
  return next();
});

/** A signed-in user whose role may do this, by the table in core. A proof is asked for last: only of who may. */
export const allowed = (action: Action) =>
  inSession.meta({ action }).use(async ({ ctx, path, getRawInput, next }) => {
    const refusal = guardRefusal(ctx.session, action);
    if (refusal) throw forbidden(refusal.error);
    if (needsProof(path) === "always") mustBeProven(ctx.session);
    if (ctx.session.visitsUntil) await noteLook(ctx.tally, ctx.session, path, await getRawInput());
    return next();
  });
