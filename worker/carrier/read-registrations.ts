import { registrationBackOff } from "@smscrm/core/campaigns/carrier-registration";
import {
  finishRegistrationCheck,
  noteRegistrationFailure,
  type RegisteredKind,
  storeRegistrations,
  takeRegistrationCheck,
} from "@smscrm/db/carrier/registrations";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import type { Carrier } from "./carrier.ts";

const IDLE_MS = 10_000;
const KINDS = ["long-code", "toll-free"] as const satisfies readonly RegisteredKind[];

/**
 * Reads which numbers are registered for texts to the USA and Canada: daily, when a member asks, and when the carrier
 * refuses a message for want of it. One reading of the account serves all tenants. A refusal to tell is no answer: what was
 * known stays for a week, then it is unknown, which stops nothing.
 */
export function registrationsLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return {
    name: "registrations",
    run: async () => {
      const check = await takeRegistrationCheck(pipeline);
      if (!check) return IDLE_MS;
      let failed = false;
      for (const kind of KINDS) failed = !(await read(pipeline, carrier, kind, log)) || failed;
      const failures = failed ? check.failures + 1 : 0;
      await finishRegistrationCheck(pipeline, {
        failures,
        ...(failed && { seconds: registrationBackOff(failures) }),
      });
      return IDLE_MS;
    },
  };
}

async function read(
  pipeline: Pipeline,
  carrier: Carrier,
  kind: RegisteredKind,
  log: Logger,
): Promise<boolean> {
  try {
    // The time before the first request: a change during the reading may be missed.
    const readAt = new Date();
    const { numbers, unknown } = await carrier.registrations(kind);
    const changed = await storeRegistrations(pipeline, kind, { numbers, unknown, readAt });
    if (changed > 0) log.info({ kind, changed }, "registrations of numbers changed at the carrier");
    return true;
  } catch (error) {
    const failure = (error as Error).message;
    await noteRegistrationFailure(pipeline, kind, failure);
    log.warn({ kind, err: error }, "could not read the registrations of numbers at the carrier");
    return false;
  }
}
