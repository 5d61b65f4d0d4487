import { type Action, may } from "@smscrm/core/roles";
import type { TenantTransaction } from "@smscrm/db/connection";
import { initTRPC, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { ZodError } from "zod";
import type { Session } from "./auth/session.ts";
import type { Visitor } from "./auth/sign-in.ts";
import type { Dependencies } from "./dependencies.ts";
import type { LiveCampaigns } from "./live/campaigns.ts";
import { badRequest, forbidden, unauthorized } from "./refusals.ts";
import { isStorable } from "./storable-input.ts";

/** What every procedure knows of its request. Made once per HTTP request, however many calls it bears. */
export interface Context {
  dependencies: Dependencies;
  requestId: string;
  session: Session | null;
  visitor: Visitor;
  /** False for a request that another site's page made: such a one changes nothing. */
  sameOrigin: boolean;
  setCookie: (value: string) => void;
  /** One per process: all who look at a campaign share one reader. */
  liveCampaigns: LiveCampaigns;
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
      message: messageFor(error.code, error.message, error.cause, ctx?.requestId),
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: shape.data.path,
        fields: fieldsOf(error.cause),
      },
    }),
  });

/** Whatever was not said on purpose stays in the log, under the id that is shown. */
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
  if (!issue) return "The request is not complete.";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

/** The first fault of each field, so that a form can show it beside the field. */
function fieldsOf(cause: unknown): Record<string, string> | undefined {
  if (!(cause instanceof ZodError)) return undefined;
  const fields: Record<string, string> = {};
  for (const issue of cause.issues) fields[issue.path.join(".")] ??= issue.message;
  return fields;
}

export const router = t.router;

/** Anybody may call it; but nobody may make somebody else's browser do so, and no text may be one that can't be kept. */
export const anybody = t.procedure.use(async ({ ctx, type, getRawInput, next }) => {
  if (type === "mutation" && !ctx.sameOrigin) {
    throw forbidden("This request came from another site. Open the dashboard itself and try again.");
  }
  if (!isStorable(await getRawInput())) {
    throw badRequest(
      "The text holds a broken or invisible character (NUL). Remove it, or type the text anew.",
    );
  }
  return next();
});

export const signedIn = anybody.use(({ ctx, next }) => {
  const { session, dependencies } = ctx;
  if (!session) throw unauthorized();
  const tenantId = session.tenant.id;
  const inTenant = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
    dependencies.database.asTenant(tenantId, work);
  return next({ ctx: { session, tenantId, inTenant } });
});

/** A signed-in person whose role may do this, as the table in core says. */
export const allowed = (action: Action) =>
  signedIn.meta({ action }).use(({ ctx, next }) => {
    if (!may(ctx.session.role, action)) {
      throw forbidden(
        `Your role (${ctx.session.role}) does not allow this. Ask an owner of ${ctx.session.tenant.name}.`,
      );
    }
    return next();
  });
