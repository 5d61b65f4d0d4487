// bun scripts/proof/env-example.ts: writes .env.example from the variables that the API and the worker read.

import { writeFileSync } from "node:fs";
import { envExample } from "./env-example/example.ts";

writeFileSync(new URL("../../.env.example", import.meta.url), envExample());
