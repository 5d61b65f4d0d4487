import type { Breach, Invariant } from "../evaluation/invariant.ts";

/** Every run with a storm ends with a restore of a backup from its middle, if PostgreSQL's client is installed. */
export const restored: Invariant = {
  name: "I10",
  says: "after a restore nothing is sent again",
  examine({ environment: { restored: back } }) {
    if (!back) return { tried: 0, cases: "no restore in this run", breaches: [] };
    const breaches: Breach[] = [
      ...back.resent.map((text) => ({ what: `sent again after the restore: ${text}` })),
      ...back.afterStop.map((who) => ({ what: `texted after the restore, though on the list: ${who}` })),
      ...back.lostOptOuts.map((who) => ({ what: `no longer on the do-not-contact list: ${who}` })),
      ...(back.whileLocked > 0 ? [{ what: `${back.whileLocked} requests while it was locked` }] : []),
      ...(back.stuck ? [{ what: back.stuck }] : []),
    ];
    return {
      tried: back.unknownToBackup,
      cases: `${back.unknownToBackup} messages that a backup from ${back.lostSeconds.toFixed(0)} s before did not know, ${back.optOuts} opt-outs; ${back.sentAfter} sent after it`,
      breaches,
    };
  },
};
