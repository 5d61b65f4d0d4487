import { may } from "@smscrm/core/process/roles";
import { SINGLE_SIGN_ON_PROBLEMS, type SingleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { recordAudit } from "@smscrm/db/audit/audit";
import { hashToken } from "@smscrm/db/users/secret-tokens";
import { type Connection, findConnection, keepTrial } from "@smscrm/db/users/single-sign-on/connections";
import { type Flow, takeFlow } from "@smscrm/db/users/single-sign-on/flows";
import { type Context, Hono } from "hono";
import type { Dependencies } from "../../dependencies.ts";
import type { Streams } from "../../live/streams.ts";
import { pendingCookie } from "../second-factor/pending-cookie.ts";
import { readSession, type Session } from "../session.ts";
import { sessionCookie, sessionTokenOf } from "../session-token.ts";
import type { Visitors } from "../visitor.ts";
import { type Arrived, arrive, judge, noteRefusal, trialProblem } from "./arrive.ts";
import { CALLBACK_PATH } from "./begin-flow.ts";
import { flowCookie, flowSecretsOf, flowTokenOf, isSame } from "./flow-cookie.ts";
import { proveSession } from "./prove.ts";
import { SignInFault, type Visit } from "./provider.ts";
import { openConnection } from "./setup.ts";

/** The pages that a person comes back to, by the purpose of the visit. */
const PAGES = { "sign-in": "/sign-in", prove: "/confirm", try: "/settings/single-sign-on" } as const;

/** How many groups of a trial's person are kept, to be shown. */
const GROUPS_SHOWN = 100;

type OpenFlow = Flow & { startedAt: Date };

/** Serves the address that identity providers lead people back to. It always answers with a redirect to a page of ours. */
export function callbackRoutes(
  dependencies: Dependencies,
  { streams, visitors }: { streams: Pick<Streams, "endOfEndedSessions">; visitors: Visitors },
): Hono {
  const { database, publicUrl, singleSignOn, log } = dependencies;
  const routes = new Hono();

  routes.get(CALLBACK_PATH, async (c) => {
    const token = flowTokenOf("sso_flow", c.req.header("cookie"), publicUrl);
    const secrets = token === null ? null : flowSecretsOf(token);
    // Another site can lead the browser here, so a wrong state uses nothing up.
    if (!token || !secrets || !isSame(c.req.query("state") ?? null, secrets.state))
      return to(c, "/sign-in", { sso: "over" });
    c.header("set-cookie", flowCookie("sso_flow", null, publicUrl), { append: true });
    const flow = await database.asSignIn((tx) => takeFlow(tx, hashToken(token)));
    if (!flow) return to(c, "/sign-in", { sso: "over" });
    const connection = await database.asSignIn((tx) => findConnection(tx, flow.tenantId));
    const session = await readSession(database, sessionTokenOf(c.req.raw.headers, publicUrl));
    if (!connection || (flow.purpose === "sign-in" && connection.mode === "off"))
      return to(c, PAGES[flow.purpose], { sso: "off" });
    if (flow.sessionHash && !session?.tokenHash.equals(flow.sessionHash))
      return to(c, PAGES[flow.purpose], { sso: "over" });
    try {
      const open = await openConnection(singleSignOn, database, connection);
      // Never the address of the request: a proxy may have changed it.
      const answer = new URL(`${CALLBACK_PATH}${new URL(c.req.url).search}`, publicUrl);
      const visit = await singleSignOn.providers.finish(open, secrets, answer);
      return await dispatch(c, { flow, connection, session, visit });
    } catch (error) {
      if (!(error instanceof SignInFault)) throw error;
      log.warn({ tenantId: flow.tenantId, cause: error.message }, "A single sign-on failed");
      await noteRefusal(dependencies, flow.tenantId, error.problem, visitors.visitorOf(c), null);
      return to(c, PAGES[flow.purpose], {
        sso: error.problem,
        // Only the owner who tries it is shown the cause.
        ...(flow.purpose === "try" ? { cause: error.message } : {}),
      });
    }
  });

  interface Come {
    flow: OpenFlow;
    connection: Connection;
    session: Session | null;
    visit: Visit;
  }

  async function dispatch(c: Context, { flow, connection, session, visit }: Come): Promise<Response> {
    const judged = await judge(dependencies, connection, visit);
    const visitor = visitors.visitorOf(c);
    if (flow.purpose === "sign-in") {
      const how = { visitor, replaced: session, next: flow.next };
      return enter(c, await arrive(dependencies, connection, judged, how), flow.next);
    }
    if (!session) return to(c, PAGES[flow.purpose], { sso: "over" });
    if (flow.purpose === "try") {
      if (!may(session, "security.write")) return to(c, PAGES.try, { sso: "over" });
      return keepOutcome(
        c,
        connection,
        session,
        judged,
        await trialProblem(dependencies, connection, judged),
      );
    }
    const given = { visit, judged, startedAt: flow.startedAt };
    const proven = await proveSession(dependencies, session, given, visitor);
    if ("problem" in proven) {
      await noteRefusal(dependencies, flow.tenantId, proven.problem, visitor, visit.subject);
      return to(c, PAGES.prove, { sso: proven.problem });
    }
    c.header("set-cookie", sessionCookie(proven.token, publicUrl), { append: true });
    return to(c, PAGES.prove, { done: "1" });
  }

  async function enter(c: Context, arrived: Arrived, next: string): Promise<Response> {
    // Also those that ended because the person's groups give them no role any more.
    await streams.endOfEndedSessions();
    const setCookie = (value: string) => c.header("set-cookie", value, { append: true });
    const back: Record<string, string> = next === "/" ? {} : { next };
    if (arrived.kind === "refused") return to(c, "/sign-in", { sso: arrived.problem, ...back });
    if (arrived.kind === "prove-password") {
      setCookie(flowCookie("sso_link", arrived.token, publicUrl));
      return to(c, "/sign-in", back);
    }
    if (arrived.kind === "second-factor") {
      setCookie(pendingCookie(arrived.token, publicUrl));
      return to(c, "/sign-in", back);
    }
    setCookie(sessionCookie(arrived.token, publicUrl));
    return c.redirect(next, 303);
  }

  async function keepOutcome(
    c: Context,
    connection: Connection,
    { userId }: Session,
    { identity, email, emailVerified, groups, providerFactor }: Awaited<ReturnType<typeof judge>>,
    problem: SingleSignOnProblem | null,
  ): Promise<Response> {
    const { tenantId } = connection;
    const { subject, role } = identity;
    const trial = {
      ...{
        at: new Date().toISOString(),
        subject,
        email,
        emailVerified,
        groups: groups.slice(0, GROUPS_SHOWN),
        role,
      },
      ...{ secondFactor: providerFactor, problem: problem && SINGLE_SIGN_ON_PROBLEMS[problem] },
    };
    await database.asSignIn(async (tx) => {
      if (!(await keepTrial(tx, connection, trial))) return;
      await recordAudit(tx, {
        ...{ tenantId, actorId: userId, action: "sso.try", objectKind: "tenant", objectId: tenantId },
        detail: { problem },
      });
    });
    return to(c, PAGES.try, {});
  }

  return routes;
}

function to(c: Context, page: string, search: Record<string, string>): Response {
  const query = new URLSearchParams(search).toString();
  return c.redirect(query ? `${page}?${query}` : page, 303);
}
