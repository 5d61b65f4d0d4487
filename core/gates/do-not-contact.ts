import { drop, type GateAnswer, type MessageFacts, PASS } from "./gate.ts";

/**
 * Obeys the promise that nobody is texted after STOP, and the laws behind it: Spam Act 2003 (AU) schedule 2,
 * 47 CFR 64.1200(a)(10) (US), CASL (CA), UEM Act 2007 (NZ). They allow days; we allow none. There is no
 * exception by purpose, and no time after which a request lapses.
 */
export function doNotContact({ doNotContact }: Pick<MessageFacts, "doNotContact">): GateAnswer {
  if (doNotContact === null) return PASS;
  return drop("Do not contact", { since: doNotContact.since.toISOString(), source: doNotContact.source });
}
