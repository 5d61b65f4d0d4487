import { normalisePhone } from "@smscrm/core/contacts/phone";
import {
  askSignUp,
  confirmSignUp,
  findForm,
  findSignUpLink,
  type PublicForm,
} from "@smscrm/db/inbox/sign-up";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import type { FairUse } from "../fair-use/fair-use.ts";
import { networkOf } from "../users/network.ts";
import type { Visitors } from "../users/visitor.ts";
import { languageFor } from "./opt-out-page.ts";
import { HONEYPOT, type SignUpPage, signUpPage } from "./sign-up-page.ts";

const BODY_BYTES_MAX = 4_096;
/** As `db/contacts/sign-up-forms.ts` makes them. */
const ADDRESS = /^[\w-]{1,64}$/;

const filledIn = z.object({
  phone: z.string().trim().max(40).catch(""),
  agree: z
    .union([z.literal("yes"), z.literal(true)])
    .optional()
    .catch(undefined),
  [HONEYPOT]: z.string().max(1_000).catch("").default(""),
});

type Filled = { phone: string; agreed: boolean; isMachine: boolean };

/**
 * Serves the tenants' sign-up forms and the links to confirm, without a session: `GET` and `POST /sign-up/…` (a form, or
 * JSON `{ "phone": "+61…", "agree": true }`), `GET` and `POST /y/…`. Opening a link changes nothing, because phones and
 * carriers open links by themselves; only the button does. The answer is the same for every number.
 */
export function signUpRoutes(
  { pipeline, publicUrl }: Pick<Dependencies, "pipeline" | "publicUrl">,
  { visitors, fairUse }: { visitors: Visitors; fairUse: FairUse },
): Hono {
  const routes = new Hono();

  const answer = (c: Context, page: SignUpPage, status: 200 | 400 | 404 | 429 = 200) => {
    c.header("x-robots-tag", "noindex");
    return c.html(signUpPage(page, languageFor(c.req.header("accept-language"))), status);
  };
  const inTurn = (c: Context, work: () => Promise<Response>) =>
    fairUse.inTurn({ token: null, address: visitors.visitorOf(c).address }, work);
  const evidenceOf = (c: Context) => {
    const { address, userAgent } = visitors.visitorOf(c);
    return { address, userAgent };
  };

  /** Only what could be an address is looked up. */
  const formOf = (c: Context) => {
    const address = c.req.param("address") ?? "";
    return ADDRESS.test(address) ? findForm(pipeline, address) : Promise.resolve(null);
  };

  async function ask(c: Context, form: PublicForm, { phone: raw, isMachine }: Filled) {
    const phone = normalisePhone(raw, form.country);
    if (!phone.ok) return "badPhone";
    if (isMachine) return "silent";
    const evidence = evidenceOf(c);
    return askSignUp(pipeline, form, {
      ...{ phone, evidence, network: networkOf(evidence.address), address: c.req.param("address") ?? "" },
      linkTo: (token) => `${publicUrl}/y/${token}`,
    });
  }

  routes.get("/sign-up/:address", (c) =>
    inTurn(c, async () => {
      const form = await formOf(c);
      return form ? answer(c, emptyForm(form)) : answer(c, { kind: "unknown" }, 404);
    }),
  );

  routes.post("/sign-up/:address", (c) =>
    inTurn(c, async () => {
      const isJson = /^application\/json/i.test(c.req.header("content-type") ?? "");
      const form = await formOf(c);
      if (!form) {
        if (isJson) return c.json({ error: "There is no such form, or it is closed." }, 404);
        return answer(c, { kind: "unknown" }, 404);
      }
      const filled = await read(c.req.raw, isJson);
      const outcome = filled.agreed ? await ask(c, form, filled) : "agree";
      if (outcome === "badPhone" || outcome === "agree") {
        if (isJson) return c.json({ error: JSON_FAULTS[outcome] }, 400);
        return answer(c, { ...emptyForm(form), fault: outcome, typed: filled.phone }, 400);
      }
      if (outcome === "network-full") {
        if (isJson) return c.json({ error: JSON_FAULTS.full }, 429);
        return answer(c, { kind: "full" }, 429);
      }
      return isJson ? c.json({ ok: true }, 202) : answer(c, { kind: "sent", name: form.tenantName });
    }),
  );

  routes.get("/y/:token", (c) =>
    inTurn(c, async () => {
      const link = await findSignUpLink(pipeline, tokenOf(c));
      if (!link) return answer(c, { kind: "unknown" }, 404);
      const { tenantName: name, wording, isConfirmed } = link;
      return answer(c, isConfirmed ? { kind: "done", name } : { kind: "ask", name, wording });
    }),
  );

  routes.post("/y/:token", (c) =>
    inTurn(c, async () => {
      const confirmed = await confirmSignUp(pipeline, tokenOf(c), evidenceOf(c));
      if (!confirmed) return answer(c, { kind: "unknown" }, 404);
      return answer(c, { kind: "done", name: confirmed.tenantName });
    }),
  );

  return routes;
}

const JSON_FAULTS = {
  badPhone: "This number can't get texts. Send it with its country code, such as +61491570006.",
  agree: 'Nobody agreed. Send "agree": true only if the person ticked the wording of the form.',
  full: "Too many sign-ups came from your network today. Try again tomorrow.",
};

const emptyForm = ({ tenantName: name, wording }: PublicForm) =>
  ({ kind: "form", name, wording, fault: null, typed: "" }) as const;

/** Reads a small body; anything else is an empty form. */
async function read(request: Request, isJson: boolean): Promise<Filled> {
  const empty = { phone: "", agreed: false, isMachine: false };
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) return empty;
  const text = (await request.text()).slice(0, BODY_BYTES_MAX);
  const raw: unknown = isJson ? parsed(text) : Object.fromEntries(new URLSearchParams(text));
  const { success, data } = filledIn.safeParse(raw);
  if (!success) return empty;
  return { phone: data.phone, agreed: data.agree !== undefined, isMachine: data[HONEYPOT] !== "" };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Some phones take the sign after a link, such as a full stop, into it. */
const tokenOf = (c: Context) => (c.req.param("token") ?? "").replace(/[^0-9A-Za-z_-]+$/, "").slice(0, 64);
