// Asks a server with this key and certificate by two names: `KEY CERTIFICATE`. Prints what came of each.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createProviderFetch } from "../users/single-sign-on/provider-network.ts";

const [, , key = "", certificate = ""] = process.argv;
const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
  response.end("{}");
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const resolve = async () => ["127.0.0.1"];
const fetchFrom = createProviderFetch({ isProduction: true, allowedRanges: ["127.0.0.0/8"], resolve });
const said: string[] = [];
for (const name of ["login.example.com", "other.example.com"]) {
  said.push(
    await fetchFrom(`https://${name}:${port}/`).then(
      ({ status }) => `${name}: ${status}`,
      (error: Error) => `${name}: ${/\((\w+)\)/.exec(error.message)?.[1]}`,
    ),
  );
}
console.log(JSON.stringify(said));
process.exit(0);
