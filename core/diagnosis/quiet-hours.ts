import { outdatedLaw } from "../law/country-law.ts";
import { counted } from "../text/counted.ts";
import { isValidZone, zonesOf } from "../time/time-zone.ts";
import { windowsOf } from "../time/week-schedule.ts";
import type { Finding, QuietHoursFacts } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("quietHours");

/** The runbook's night: 21:00 to 09:00. */
const MORNING = "09:00";
const EVENING = "21:00";
/** A clock that is off by more than this puts messages into the wrong minute. */
const SKEW_SECONDS_MAX = 30;

/** Checks the steps of the runbook: the tenant's zone, the contacts' zones, the sending hours, the server's time. */
export function diagnoseQuietHours(facts: QuietHoursFacts): Finding[] {
  return [
    tenantStep(facts),
    contactStep(facts),
    hoursStep(facts),
    lawStep(facts),
    overrideStep(facts),
    clockStep(facts),
  ];
}

function tenantStep({ timezone, country, trustTenantZone }: QuietHoursFacts): Finding {
  if (!isValidZone(timezone))
    return wrong(
      `The tenant's time zone is "${timezone}", which is not a time zone.`,
      "Set one such as Australia/Sydney: Settings → Organisation.",
    );
  const zones = zonesOf(country);
  if (zones.length > 0 && !zones.some((zone) => areaOf(zone) === areaOf(timezone)))
    return wrong(
      `The tenant is in ${country}, and its time zone is ${timezone}, which is in another country.`,
      "Correct it: Settings → Organisation. It decides the tenant's days and budgets and, if the settings say so, the hours of contacts of unknown location.",
    );
  if (trustTenantZone && zones.length > 1)
    return notice(
      `Contacts of unknown location count as living in ${timezone}, though ${country} has several zones.`,
      "If they live all over the country, switch this off: Settings → Quiet hours.",
    );
  return ok(`The tenant's time zone is ${timezone}.`);
}

const areaOf = (zone: string) => zone.split("/")[0];

function contactStep({ contactZones }: QuietHoursFacts): Finding {
  const wrongZones = contactZones.filter((zone) => !isValidZone(zone));
  return wrongZones.length === 0
    ? ok("Every zone among the newest contacts is valid.")
    : wrong(
        `Contacts have invalid time zones: ${wrongZones.slice(0, 5).join(", ")}.`,
        "Correct them on the contacts. Until then their zone is worked out from their number and address.",
      );
}

function hoursStep({ schedule }: QuietHoursFacts): Finding {
  const wide = schedule.some((day) =>
    windowsOf(day).some(({ open, close }) => open < MORNING || close > EVENING),
  );
  return wide
    ? notice(
        "The tenant's own hours begin before 09:00 or end after 21:00, so texts are sent then where the law allows it.",
        "If that is not intended, shorten them: Settings → Quiet hours.",
      )
    : ok("The tenant's own hours are between 09:00 and 21:00.");
}

function lawStep({ destinations, now }: QuietHoursFacts): Finding {
  const outdated = outdatedLaw(destinations, now);
  return outdated.length === 0
    ? ok("The rules of hours where you can send are less than a year old.")
    : notice(
        outdated.slice(0, 5).join(" "),
        "Update smscrm, or see docs/law.md: pnpm ops law check COUNTRY says what is out of date.",
      );
}

function overrideStep({ overrides }: QuietHoursFacts): Finding {
  return overrides.length === 0
    ? ok("No running campaign may send at night.")
    : wrong(
        `An owner allows running campaigns to send in quiet hours: ${overrides.slice(0, 5).join(", ")}.`,
        "Pause them; their pages show the recorded reason.",
      );
}

function clockStep({ clockSkewSeconds }: QuietHoursFacts): Finding {
  const seconds = Math.round(Math.abs(clockSkewSeconds));
  return seconds <= SKEW_SECONDS_MAX
    ? ok("This machine's clock and the database's agree.")
    : wrong(
        `This machine's clock and the database's differ by ${counted(seconds, "second")}.`,
        "Run date on both, and let NTP set them: the database's clock decides when messages are sent.",
      );
}
