import { inject } from "vitest";

// Set before any test file loads, so that the code under test reads its database's address where it always does.
process.env.TEST_DATABASE_URL ??= inject("testDatabaseUrl");
