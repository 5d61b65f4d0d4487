import { inject } from "vitest";

// Set before any test file loads, so that the tested code reads its database's address from the environment as
// always.
process.env.TEST_DATABASE_URL ??= inject("testDatabaseUrl");
