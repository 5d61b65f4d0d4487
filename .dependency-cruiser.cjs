/**
 * Which folder may import which. A boundary that is checked from the first commit stays one.
 * core decides, db remembers, worker acts, server exposes, client shows; infra is what they run on.
 */
/** What each room may import of its own package, tests apart. A room that is missing here may import none. */
const ROOMS = {
  core: {
    data: [],
    time: ["data"],
    text: ["data"],
    price: ["data", "text", "time"],
    files: [],
    consent: ["data"],
    suppression: ["consent", "contacts", "data", "files"],
    contacts: ["consent", "data", "fields", "files", "text", "time"],
    send: ["data"],
    campaigns: ["audiences", "consent", "data", "price", "process", "send", "text", "time"],
    links: ["campaigns", "data", "text"],
    claim: ["campaigns", "gates", "law", "price", "send", "text", "time"],
    preflight: [
      "campaigns",
      "consent",
      "data",
      "explain",
      "gates",
      "law",
      "links",
      "price",
      "send",
      "suppression",
      "text",
      "time",
    ],
    gates: ["campaigns", "consent", "law", "links", "price", "send", "suppression", "text", "time"],
    replay: ["claim", "consent", "gates", "law", "price", "replies", "text", "time"],
    explain: ["campaigns", "consent", "gates", "price", "send", "suppression", "time"],
    fields: ["text"],
    audiences: ["consent", "fields", "text", "time"],
    replies: [],
    alerts: ["send", "text", "time"],
    diagnosis: ["alerts", "contacts", "law", "text", "time"],
    process: [],
    platform: ["process", "time"],
    law: ["campaigns", "consent", "contacts", "data", "price", "replies", "suppression", "text", "time"],
    privacy: [],
    changes: ["contacts"],
  },
  db: {
    migrations: [],
    schema: [],
    postgres: ["migrations", "schema"],
    logins: ["postgres"],
    audit: ["postgres", "schema"],
    users: ["audit", "postgres", "schema"],
    law: ["audit", "postgres", "schema"],
    tenants: ["audit", "law", "postgres", "schema", "users"],
    platform: ["audit", "campaigns", "postgres", "schema", "tenants", "users"],
    rules: ["postgres", "schema", "tenants", "users"],
    contacts: ["audit", "postgres", "schema", "suppression"],
    privacy: ["audit", "links", "postgres", "schema", "suppression"],
    imports: ["audit", "changes", "contacts", "postgres", "privacy", "schema"],
    changes: ["audiences", "audit", "contacts", "postgres", "privacy", "schema"],
    links: ["postgres", "schema"],
    campaigns: [
      "audiences",
      "audit",
      "contacts",
      "law",
      "links",
      "postgres",
      "safeguards",
      "schema",
      "suppression",
      "users",
    ],
    messages: ["contacts", "postgres", "schema"],
    inbox: ["audit", "contacts", "postgres", "schema"],
    senders: ["audit", "inbox", "law", "postgres", "schema"],
    send: [
      "audiences",
      "audit",
      "campaigns",
      "contacts",
      "law",
      "links",
      "postgres",
      "safeguards",
      "senders",
      "suppression",
      "tenants",
    ],
    carrier: ["audit", "contacts", "inbox", "law", "postgres", "senders"],
    restore: ["audit", "carrier", "contacts", "law", "postgres", "privacy", "senders", "tenants"],
    suppression: ["audit", "postgres", "schema"],
    audiences: ["contacts", "links", "postgres", "schema"],
    templates: ["postgres", "schema"],
    safeguards: ["postgres", "schema"],
    monitoring: ["postgres", "safeguards", "schema", "senders"],
  },
  worker: {
    audit: [],
    carrier: [],
    dispatch: [],
    imports: [],
    changes: [],
    rules: [],
    send: ["carrier", "dispatch"],
    monitoring: ["dispatch", "send"],
  },
  server: {
    http: [],
    mail: [],
    users: ["http", "mail"],
    "fair-use": ["http", "users"],
    audiences: ["http", "users"],
    templates: ["http"],
    links: ["fair-use", "http", "users"],
    live: ["http", "users"],
    campaigns: ["fair-use", "http", "users"],
    contacts: ["http"],
    exports: ["contacts", "http", "users"],
    imports: ["http"],
    inbox: ["campaigns", "contacts", "http"],
    messages: ["http"],
    monitoring: ["http"],
    platform: ["http", "mail", "users"],
    restore: ["http"],
    privacy: ["http", "users"],
    senders: ["http"],
    rules: ["http", "tenants", "users"],
    suppression: ["http"],
    tenants: ["fair-use", "http", "monitoring", "users"],
    webhooks: ["http", "monitoring", "users"],
  },
};

/** Files that only their package's root imports. They may use each room: a router joins what a page shows. */
const DOORS = "(^|/|-)(router|routes?)\\.ts$";
/** The files of a package's root that put its rooms together. */
const COMPOSITION = "^(server/(main|app|router|seed|trpc-route)|worker/(main|worker))\\.ts$";
/** What people and containers start. */
const PROGRAMS = [
  "^scripts/(start|demo|ops|doctor|verify-evidence)\\.ts$",
  "^(server/(main|seed)|worker/(main|dispatch/migrate-queue)|infra/simulator/main)\\.ts$",
  "^db/(migrate|restore/(verify-restored|repeat-erasures))\\.ts$",
  // A thread of its own: hashing would hold up every request.
  "^server/users/passwords/password-(hash|strength)-thread\\.ts$",
];
/** Helpers of the gates' and the simulator's tests, which stand beside what they help to test. */
const ONLY_PROOF = "^(infra/simulator/(rest/sdk-client|webhooks/webhook-receiver))\\.ts$";
const TESTS = "\\.test\\.tsx?$|(^|/)(testing|fixtures)/";

const inside = (...folders) => `^(${folders.join("|")})/`;
const rule = (name, from, forbidden, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: inside(from) },
  to: { path: inside(...forbidden) },
});
const rooms = Object.entries(ROOMS).flatMap(([folder, table]) => [
  ...Object.entries(table).map(([room, allowed]) => ({
    name: `${folder}-${room}-imports-only-${allowed.join("-") || "itself"}`,
    comment: "The table ROOMS at the top of .dependency-cruiser.cjs says which rooms a room may import.",
    severity: "error",
    from: { path: `^${folder}/${room}/`, pathNot: [TESTS, DOORS] },
    to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/(${[room, ...allowed].join("|")})/` },
  })),
  {
    name: `${folder}-room-without-a-row`,
    comment: "Give it a row in the table ROOMS at the top of .dependency-cruiser.cjs.",
    severity: "error",
    from: {
      path: `^${folder}/[^/]+/`,
      pathNot: [TESTS, `^${folder}/(${Object.keys(table).join("|")}|patches)/`],
    },
    to: { path: `^${folder}/[^/]+/` },
  },
]);

module.exports = {
  forbidden: [
    rule(
      "core-imports-only-itself",
      "core",
      ["db", "worker", "server", "client", "infra", "scripts"],
      "facts in, verdict out",
    ),
    rule("db-imports-only-core", "db", ["worker", "server", "client", "infra", "scripts"], "db remembers"),
    rule(
      "worker-imports-core-and-db",
      "worker",
      ["server", "client", "scripts"],
      "they meet in rows and tickets",
    ),
    rule(
      "server-imports-core-and-db",
      "server",
      ["worker", "client", "scripts"],
      "they meet in rows and tickets",
    ),
    {
      name: "infra-only-in-tests",
      comment: "The simulator is a program; only a test may start it inside its own process.",
      severity: "error",
      from: { path: inside("worker", "server"), pathNot: TESTS },
      to: { path: inside("infra") },
    },
    rule(
      "infra-stands-alone",
      "infra",
      ["core", "db", "worker", "server", "client", "scripts"],
      "what the program runs on",
    ),
    {
      name: "client-imports-only-core",
      severity: "error",
      from: { path: inside("client") },
      to: { path: inside("db", "worker", "infra", "scripts") },
    },
    {
      name: "client-takes-only-types-of-server",
      severity: "error",
      from: { path: inside("client") },
      to: { path: inside("server"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-is-pure",
      comment:
        "No clock, randomness or I/O: Node's own modules and every third party but these three are out.",
      severity: "error",
      from: { path: inside("core"), pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-third-parties",
      severity: "error",
      from: { path: inside("core"), pathNot: "\\.test\\.ts$" },
      to: { path: "node_modules", pathNot: "node_modules/(\\.pnpm/)?(zod|luxon|libphonenumber-js|@types)" },
    },
    {
      name: "sql-lives-in-db",
      comment: "Only db talks to PostgreSQL; pg is there because BullMQ's own backend needs it.",
      severity: "error",
      from: { path: inside("worker", "server", "client"), pathNot: "(^worker/dispatch/|\\.test\\.ts$)" },
      to: { path: "node_modules/(\\.pnpm/)?(postgres|pg|drizzle-orm)(@|/)" },
    },
    ...rooms,
    {
      name: "only-the-root-imports-doors",
      comment:
        "A router or a route is for the package's root. What another room needs goes into a file of its own.",
      severity: "error",
      from: { path: "^server/", pathNot: [TESTS, COMPOSITION] },
      to: { path: `^server/.*${DOORS}` },
    },
    {
      name: "no-room-imports-the-composition",
      severity: "error",
      from: { path: "^(server|worker)/[^/]+/", pathNot: [TESTS] },
      to: { path: COMPOSITION },
    },
    {
      name: "used-by-a-program",
      comment: "No program of the product reaches this file. Delete it, or move it to where it is used.",
      severity: "error",
      from: { path: PROGRAMS },
      to: {
        path: inside("core", "db", "worker", "server", "infra"),
        pathNot: [TESTS, "node_modules", "\\.json$", "\\.config\\.ts$", ONLY_PROOF, ...PROGRAMS],
        reachable: false,
      },
    },
    {
      name: "testing-only-in-tests",
      comment:
        "What helps tests is in testing/, fixtures/ and scripts/proof; the product never starts with it.",
      severity: "error",
      from: { pathNot: [TESTS, "^scripts/proof/", "(^|/)vitest\\.config\\.ts$"] },
      to: { path: ["/(testing|fixtures)/", "^scripts/proof/"], pathNot: "node_modules" },
    },
    {
      name: "no-circular",
      comment: "Types included: move what both need to the lower file.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(bun|bun:.*|virtual:.*)$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.data|artefacts)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "bun", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
