const TERMS: Readonly<Record<string, string>> = {
  contact: "Contact",
  otherNumbers: "Other numbers of the person",
  doNotContact: "On the do-not-contact list",
  consents: "Consents",
  messages: "Messages",
  replies: "Replies",
  webhooks: "Carrier requests",
  preferences: "Refused purposes and topics",
  clicks: "Clicks of short links",
  optIns: "Questions for consent",
  suppressionLists: "Suppression lists",
  testNumbers: "Numbers for tests",
  rejectedRows: "Rejected rows of imports",
  importChanges: "Changes by imports",
  bulkChanges: "Changes by bulk actions",
  merges: "Merges with other contacts",
  carrierFindings: "Findings at the carrier",
  restoreDifferences: "Differences after a restore",
  audit: "Audit entries",
};

/** Returns what is held about a person, by kind, in the order of the table above. */
export function heldWords(
  held: Readonly<Record<string, number | boolean>>,
): { term: string; value: string }[] {
  return Object.entries(TERMS).flatMap(([kind, term]) => {
    const value = held[kind];
    if (value === undefined) return [];
    return [{ term, value: typeof value === "boolean" ? (value ? "Yes" : "No") : value.toLocaleString() }];
  });
}
