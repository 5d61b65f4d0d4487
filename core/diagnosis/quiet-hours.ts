import { isValidZone, zonesOf } from "../time-zone.ts";
import type { Finding, QuietHoursFacts } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("quietHours");

/** The runbook's night: 21:00 to 09:00. */
const MORNING = "09:00";
const EVENING = "21:00";
/** A clock that is further off than this puts messages into the wrong minute. */
const MOST_SKEW_SECONDS = 30;

/** Runbook: the tenant's zone, the contacts' zones, the hours that are set, the server's time. */
export function diagnoseQuietHours(facts: QuietHoursFacts): Finding[] {
  return [tenantStep(facts), contactStep(facts), hoursStep(facts), overrideStep(facts), clockStep(facts)];
}

function tenantStep({ timezone, country, trustTenantZone }: QuietHoursFacts): Finding {
  if (!isValidZone(timezone))
    return wrong(
      `The tenant's time zone is "${timezone}", which is none.`,
      "Set one such as Australia/Sydney: Settings → Organisation.",
    );
  const zones = zonesOf(country);
  if (zones.length > 0 && !zones.some((zone) => areaOf(zone) === areaOf(timezone)))
    return wrong(
      `The tenant is in ${country}, and its time zone is ${timezone}, which lies elsewhere.`,
      "Correct it: Settings → Organisation. Its days, budgets and, where it is trusted, its contacts run by it.",
    );
  if (trustTenantZone && zones.length > 1)
    return notice(
      `Contacts whose whereabouts nobody knows count as living in ${timezone}, though ${country} has several zones.`,
      "If they live all over the country, switch this off: Settings → Quiet hours.",
    );
  return ok(`The tenant's time zone is ${timezone}.`);
}

const areaOf = (zone: string) => zone.split("/")[0];

function contactStep({ contactZones }: QuietHoursFacts): Finding {
  const wrongZones = contactZones.filter((zone) => !isValidZone(zone));
  return wrongZones.length === 0
    ? ok("Every zone among the newest contacts is one.")
    : wrong(
        `Contacts have time zones that are none: ${wrongZones.slice(0, 5).join(", ")}.`,
        "Correct them on the contacts. Until then their zone is worked out from their number and address.",
      );
}

function hoursStep({ schedule }: QuietHoursFacts): Finding {
  const wide = schedule.some((day) => day !== null && (day.open < MORNING || day.close > EVENING));
  return wide
    ? notice(
        "The tenant's own hours begin before 09:00 or end after 21:00, so texts go then where the law allows it.",
        "If that is not meant, narrow them: Settings → Quiet hours.",
      )
    : ok("The tenant's own hours lie between 09:00 and 21:00.");
}

function overrideStep({ overrides }: QuietHoursFacts): Finding {
  return overrides.length === 0
    ? ok("No running campaign is let go at night.")
    : wrong(
        `An owner lets running campaigns go in quiet hours: ${overrides.slice(0, 5).join(", ")}.`,
        "Pause them; their pages show the recorded reason.",
      );
}

function clockStep({ clockSkewSeconds }: QuietHoursFacts): Finding {
  const seconds = Math.round(Math.abs(clockSkewSeconds));
  return seconds <= MOST_SKEW_SECONDS
    ? ok("This machine's clock and the database's agree.")
    : wrong(
        `This machine's clock and the database's differ by ${seconds} seconds.`,
        "Run date on both, and let NTP set them: the database's clock decides when messages go.",
      );
}
