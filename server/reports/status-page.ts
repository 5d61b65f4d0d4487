import { addClasses, latencyWithin } from "@smscrm/core/reports/latency";
import type { ServiceLevel } from "@smscrm/db/reports/service";
import { escaped, publicPage } from "../http/public-page.ts";

const DAY_MS = 86_400_000;

/** Returns the public page about the service of this installation: figures and words of the platform, nothing of a tenant. */
export function statusPage(level: ServiceLevel): string {
  const { at, apiUp, queueDelaySeconds, availability, hours, incidents } = level;
  const open = incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const title = !apiUp
    ? "Service status: disrupted"
    : open.length > 0
      ? "Service status: impaired"
      : "Service status: normal";
  const rows: [string, string][] = [
    ["API", apiUp ? "Up" : "No process has reported in the last two minutes"],
    [
      "API up, last 28 days",
      availability ? share(availability.good / availability.total) : "Not measured yet",
    ],
    [
      "Longest wait to be sent, this hour",
      queueDelaySeconds === null ? "Not measured yet" : seconds(queueDelaySeconds),
    ],
    ["Delivered within, last 24 hours", deliveries(hours, at, 1)],
    ["Delivered within, last 90 days", deliveries(hours, at, 90)],
  ];
  const body = `<dl>
${rows.map(([term, value]) => `<dt>${escaped(term)}</dt>\n<dd>${escaped(value)}</dd>`).join("\n")}
</dl>
<h2>Incidents of the last 90 days</h2>
${incidents.length === 0 ? "<p>None.</p>" : `<ul>\n${incidents.map((one) => `<li>${escaped(incident(one))}</li>`).join("\n")}\n</ul>`}
<p><small>Measured ${escaped(stamp(at))}. Times are in UTC. Delivery times of an hour are counted two hours after its end; how fast a carrier delivers is part of them.</small></p>`;
  return publicPage({ language: "en", title, body });
}

const share = (of: number) => `${(Math.floor(of * 10_000) / 100).toFixed(2)} %`;
const seconds = (n: number) =>
  n < 1 ? "under a second" : n < 120 ? `${Math.round(n)} s` : `${Math.round(n / 60)} min`;
const stamp = (at: Date) => at.toISOString().slice(0, 16).replace("T", " ");

function deliveries(hours: ServiceLevel["hours"], now: Date, days: number): string {
  const classes = addClasses(
    hours.flatMap(({ hour, deliveries: counted }) =>
      counted && now.getTime() - hour.getTime() <= days * DAY_MS ? [counted] : [],
    ),
  );
  const messages = classes.reduce((sum, count) => sum + count, 0);
  if (messages === 0) return "No messages";
  const within = (of: number) => {
    const found = latencyWithin(classes, of);
    return found === null ? "over an hour" : seconds(found);
  };
  return `half in ${within(0.5)}, 95 % in ${within(0.95)}`;
}

function incident({ title, openedAt, resolvedAt }: ServiceLevel["incidents"][number]): string {
  return resolvedAt
    ? `${stamp(openedAt)} to ${stamp(resolvedAt)}: ${title}`
    : `Since ${stamp(openedAt)}: ${title}`;
}
