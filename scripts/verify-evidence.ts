// pnpm verify-evidence FILE [--key PUBLIC_KEY.pem]: checks an evidence pack or an export without the server. See docs/evidence-pack.md.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkPack } from "@smscrm/server/privacy/sealed-pack";

const USAGE = "Use: pnpm verify-evidence FILE [--key PUBLIC_KEY.pem]";

function main(): number {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: "string" } } });
  const [file] = positionals;
  if (!file || positionals.length > 1) {
    console.error(USAGE);
    return 2;
  }
  const check = checkPack(readFileSync(file), values.key ? readFileSync(values.key, "utf8") : null);
  if (!check.ok) {
    console.error(`NOT VALID: ${check.fault}`);
    return 1;
  }
  const { kind, tenant, createdAt, keyId, files } = check.manifest;
  console.log(`Valid: ${kind} of ${tenant.name} (${tenant.id}), made ${createdAt}, unchanged since`);
  console.log(`Signed by the key ${keyId}${values.key ? ", which is the given one" : ""}`);
  for (const { name, bytes, sha256 } of files) console.log(`  ${name}  ${bytes} bytes  SHA-256 ${sha256}`);
  if (!values.key)
    console.log(
      "Without --key nothing shows who signed it: compare the key's id with the one on the privacy desk.",
    );
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`The file can't be checked: ${(error as Error).message}. ${USAGE}`);
  process.exitCode = 2;
}
