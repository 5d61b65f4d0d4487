/** The state of a name in a country's register of sender IDs. */
export const REGISTRATIONS = ["not-required", "not-registered", "pending", "registered", "refused"] as const;
export type Registration = (typeof REGISTRATIONS)[number];
