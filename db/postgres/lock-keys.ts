/**
 * The keys of all advisory locks. PostgreSQL gives them no names, so they are all here and no two locks share one. A
 * key keeps its number, because processes of two versions run side by side during an update.
 */
export const LOCK_KEYS = {
  /** Migrations: one process runs them, the others wait. */
  migrations: 7_364_001,
  /** The tests' template database: the first test file creates it. */
  testTemplate: 7_364_002,
  /** The database's identity, and the lock of all tenants after a restore. `lock_after_restore()` takes it too. */
  databaseIdentity: 7_364_003,
  /** The choice of the next import: a tenant has one running at a time. */
  importLease: 7_364_004,
  /** The alert rules: one worker evaluates them at a time. */
  alertRules: 7_364_006,
  /** The objectives' days: one worker adds minutes to them at a time. */
  objectiveDays: 7_364_007,
  /** The signed ends of audit logs: one worker signs and copies at a time. */
  auditHeads: 7_364_008,
  /** The daily checks of whole audit logs: one worker checks at a time. */
  auditChecks: 7_364_009,
  /** The figures of reports: one worker counts at a time. */
  reports: 7_364_010,
  /** New tenants, created at the console: their names are compared without a unique index. */
  newTenant: 5_170_017,
} as const;

/** Prefixes of locks on one object. The key is a hash of the prefix and the object. */
export const LOCK_PREFIXES = {
  /** One person's texts, by the number that they come from. */
  person: "person:",
  /** A number without a tenant: its texts and its assignment. */
  number: "number:",
  /** A tenant's open uploads: two that begin at once must not both take the last free one. */
  uploads: "uploads/",
  /** A tenant's erasures: `erased_among` shares it, so that nobody writes about a person who is being erased. */
  erasures: "erasures:",
  /** A tenant's suppression lists and their uploads: two at once must not both take the last place. */
  suppression: "suppression:",
  /** A tenant's sign-up forms: two that are added at once must not both take the last place. */
  signUpForms: "sign-up-forms:",
  /** A tenant's test numbers: requests for codes are counted one after another. */
  testNumbers: "test-numbers ",
  /** The rules of countries: one author at a time. */
  countryRules: "country_rules",
  /** The head of a tenant's audit log. Only a trigger takes it. */
  auditLog: "audit_log:",
  /** One of a tenant's counters of contacts. Only a trigger takes it. */
  contactCounters: "contact_counters ",
  /** A tenant's sending numbers, where the platform limits how many it has. Only a trigger takes it. */
  numbersLimit: "numbers_limit:",
  /** One event of a flow, by its key: two reports at once are one. */
  flowEvents: "flow event ",
} as const;
