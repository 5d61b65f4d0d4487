import type { Hono } from "hono";
import type { Carrier } from "../carrier.ts";
import type { Registrations } from "../registrations.ts";
import { createAuthorizer } from "./account.ts";
import { pause } from "./create-request.ts";
import {
  type Answer,
  disturbedAnswer,
  errorAnswer,
  jsonAnswer,
  type SimulatorContext,
  type SimulatorEnv,
} from "./exchange.ts";

const sid = (prefix: string, text: string) => {
  // A stable id, so that a page's link names the same service the next time.
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return prefix + hash.toString(16).padStart(8, "0").repeat(4);
};

const PROXY_CODES = { 401: 20003, 403: 20403, 404: 20404, 429: 20429, 500: 20500 } as const;

/**
 * Adds the resources of Twilio's Messaging API that say which numbers are registered: services, their numbers and A2P
 * campaigns, brands, toll-free verifications. Until a test sets them, the account has none of these resources (404).
 */
export function addRegistrationRoutes(app: Hono<SimulatorEnv>, carrier: Carrier, closing: AbortSignal): void {
  const { settings, ledger } = carrier;
  const isAuthorized = createAuthorizer(settings.accountSid, settings.authToken);
  const base = { account_sid: settings.accountSid };

  const list =
    (key: string, items: (of: Registrations, c: SimulatorContext) => Record<string, unknown>[] | null) =>
    async (c: SimulatorContext): Promise<Response> => {
      const entry = ledger.receive("other", c.req.method, c.req.path, settings.clock.now());
      const answer = await answerOf(c, key, items);
      entry.answerStatus = answer.status;
      entry.code = answer.code;
      return answer.response;
    };

  async function answerOf(
    c: SimulatorContext,
    key: string,
    items: (of: Registrations, c: SimulatorContext) => Record<string, unknown>[] | null,
  ): Promise<Answer> {
    if (settings.latencyMs > 0) await pause(carrier, settings.latencyMs);
    if (!isAuthorized(c.req.header("authorization"))) return errorAnswer(20003, 401);
    const fault = carrier.faults.forRequest("read", "", "");
    if (fault && fault.latencyMs > 0) await pause(carrier, fault.latencyMs);
    if (fault?.disturbance) return disturbedAnswer(c, fault.disturbance, closing);
    const { registrations } = carrier;
    if (!registrations) return errorAnswer(20404, 404);
    if (registrations.failsWith)
      return errorAnswer(PROXY_CODES[registrations.failsWith], registrations.failsWith);
    const found = items(registrations, c);
    return found === null
      ? errorAnswer(20404, 404)
      : jsonAnswer(200, pageOf(c, key, found, registrations.pageSizeMax));
  }

  const serviceOf = (of: Registrations, c: SimulatorContext) =>
    of.campaigns.find(({ name }) => sid("MG", name) === c.req.param("service"));
  const dates = (updatedAt: string) => ({ date_created: updatedAt, date_updated: updatedAt });

  app.get(
    "/v1/Services",
    list("services", ({ campaigns }) =>
      campaigns.map(({ name, status, updatedAt }) => ({
        ...base,
        ...dates(updatedAt),
        sid: sid("MG", name),
        friendly_name: name,
        us_app_to_person_registered: status === "VERIFIED",
      })),
    ),
  );
  app.get(
    "/v1/Services/:service/Compliance/Usa2p",
    list("compliance", (of, c) => {
      const service = serviceOf(of, c);
      return (
        (service &&
          [service].map(({ name, status, error, updatedAt }) => ({
            ...base,
            ...dates(updatedAt),
            sid: sid("QE", name),
            brand_registration_sid: sid("BN", name),
            messaging_service_sid: sid("MG", name),
            campaign_status: status,
            errors: error === undefined ? [] : [{ error_code: 30886, description: error }],
            mock: false,
          }))) ??
        null
      );
    }),
  );
  app.get(
    "/v1/Services/:service/PhoneNumbers",
    list(
      "phone_numbers",
      (of, c) =>
        serviceOf(of, c)?.numbers.map((number) => ({
          ...base,
          sid: sid("PN", number),
          service_sid: c.req.param("service"),
          phone_number: number,
          country_code: "US",
          capabilities: ["SMS"],
        })) ?? null,
    ),
  );
  app.get(
    "/v1/a2p/BrandRegistrations",
    list("data", ({ campaigns }) =>
      campaigns.map(({ name, brandStatus, error, updatedAt }) => ({
        ...base,
        ...dates(updatedAt),
        sid: sid("BN", name),
        status: brandStatus,
        failure_reason: brandStatus === "APPROVED" ? null : (error ?? null),
        errors: [],
        mock: false,
      })),
    ),
  );
  app.get(
    "/v1/Tollfree/Verifications",
    list("verifications", ({ tollFree }) =>
      tollFree.map(({ number, status, error, updatedAt }) => ({
        ...base,
        ...dates(updatedAt),
        sid: sid("HH", number),
        tollfree_phone_number_sid: sid("PN", number),
        tollfree_phone_number: number,
        status,
        rejection_reason: error ?? null,
        edit_allowed: status === "TWILIO_REJECTED",
      })),
    ),
  );
}

/** Answers as Twilio's newer APIs do: the items, and `meta` with the addresses of the pages. */
function pageOf(c: SimulatorContext, key: string, items: Record<string, unknown>[], sizeMax: number) {
  const size = Math.min(sizeMax, Number(c.req.query("PageSize") ?? 50) || 50);
  const page = Math.max(0, Number(c.req.query("Page") ?? 0) || 0);
  const from = page * size;
  const url = (at: number) =>
    `https://messaging.twilio.com${c.req.path}?PageSize=${size}&Page=${at}&PageToken=PT${at}`;
  return {
    [key]: items.slice(from, from + size),
    meta: {
      page,
      page_size: size,
      first_page_url: url(0),
      previous_page_url: page > 0 ? url(page - 1) : null,
      url: url(page),
      next_page_url: from + size < items.length ? url(page + 1) : null,
      key,
    },
  };
}
