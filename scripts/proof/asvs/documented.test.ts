import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ACTIONS, fixedRole, may, ROLES, type Role } from "@smscrm/core/process/roles";
import { MAX_BODY_LENGTH } from "@smscrm/core/text/template";
import { ABSOLUTE_DAYS, IDLE_HOURS } from "@smscrm/db/users/sessions";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../start/runtime.ts";
import { filesWith, productSource } from "./product-source.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");
const document = read("docs/security.md");

/** Returns the part of docs/security.md under a heading. */
function section(heading: string): string {
  const [, after] = document.split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`docs/security.md has no section "${heading}".`);
  return after.split("\n## ")[0]!;
}

const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
const rowsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const source = productSource();

describe("docs/security.md", () => {
  it("gives each role its rights, as the code does", () => {
    const rights = rowsOf(section("Rights")).slice(2);
    const written = new Map(rights.map(([role, actions]) => [role!, codeIn(actions!)]));
    // Each rung of the ladder adds to the one before; agent and auditor stand beside it.
    const ladder: Role[] = ["viewer", "operator", "admin", "owner"];
    const of = (role: Role) =>
      ladder.includes(role)
        ? ladder.slice(0, ladder.indexOf(role) + 1).flatMap((rung) => written.get(rung)!)
        : written.get(role)!;
    for (const role of ROLES) {
      expect(of(role).sort(), role).toEqual(ACTIONS.filter((action) => may(fixedRole(role), action)).sort());
    }
    expect([...written.keys()].sort()).toEqual([...ROLES].sort());
  });

  it("puts each table of the database into one class of data", () => {
    const classed = rowsOf(section("Data"))
      .filter(([name]) => /^(secret|person|own|system)$/.test(name!))
      .slice(0, 4)
      .flatMap(([, , tables]) => codeIn(tables!));
    const tables = source
      .filter(({ file }) => file.startsWith("db/schema/"))
      .flatMap(({ code }) => [...code.matchAll(/pgTable\(\s*"(\w+)"/g)].map(([, name]) => name!));
    expect(classed.sort()).toEqual(tables.sort());
  });

  it("names every secret that a container gets", () => {
    const [, list] = /for name in ([\s\S]*?); do/.exec(read("infra/docker/entrypoint.sh"))!;
    const secrets = list!.split(/[\s\\]+/).filter(Boolean);
    expect(secrets.length).toBeGreaterThan(10);
    const named = codeIn(section("Keys and algorithms"));
    expect(secrets.filter((name) => !named.includes(name))).toEqual([]);
  });

  it("names every file that hashes, signs or makes something random, and no other", () => {
    const uses =
      /createHash|createHmac|createCipheriv|createDecipheriv|from "openid-client"|pbkdf2|randomBytes|randomUUID|randomInt|getRandomValues|timingSafeEqual|createSign\(|createVerify\(|createPrivateKey|createPublicKey|generateKeyPair|crypto\.subtle|@node-rs\/argon2|twilio\/lib\/webhooks|from "otpauth"|import\("@simplewebauthn\/server"\)/;
    const rows = rowsOf(section("Keys and algorithms"));
    const files = codeIn(rows.map(([, , where]) => where).join(" ")).filter((code) => /\.tsx?$/.test(code));
    expect([...new Set(files)].sort()).toEqual(filesWith(source, uses).sort());
  });

  it("names every file that opens a connection, and no other", () => {
    const opens =
      /(?<![\w.])fetch\((?!sid:)|XMLHttpRequest|httpSubscriptionLink\(|new EventSource\(|(?<=return |= )postgres\(|new pg\.Pool|new (Redis|Cluster)\(|createTransport\(|serveOnBun\(|node:(https|tls|dgram)"|new Resolver\(|location\.assign\(|import \{ connect \} from "node:net"|net\.connect\(/;
    const files = codeIn(section("Connections")).filter((code) => /\.tsx?$/.test(code));
    expect([...new Set(files)].sort()).toEqual(filesWith(source, opens).sort());
  });

  it("names every file that opens a log", () => {
    const named = codeIn(section("Logs")).filter((code) => code.endsWith(".ts"));
    expect(named.sort()).toEqual(filesWith(source, /\bpino\(/).sort());
    // Programs at a console print what they did, and the page an error into the person's own browser.
    const printing = filesWith(source, /console\.(log|info|warn|error|debug)\(/);
    expect(printing).toEqual([
      ...["client/shell/shell.tsx", "db/migrate.ts", "db/restore/repeat-erasures.ts"],
      ...["db/restore/verify-restored.ts"],
      ...["server/main.ts", "server/seed.ts", "worker/dispatch/migrate-queue.ts", "worker/main.ts"],
    ]);
  });

  it("has an action for each security event, as the code writes it", () => {
    const code = source.map(({ code: text }) => text).join("\n");
    const actions = codeIn(
      rowsOf(section("Logs"))
        .map(([, action]) => action)
        .join(" "),
    ).filter((each) => /^[a-z]+\.[a-z-]+$/.test(each));
    expect(actions.length).toBeGreaterThanOrEqual(12);
    expect(actions.filter((action) => !code.includes(action.replace(/-(failed|throttled)$/, "")))).toEqual(
      [],
    );
  });

  it("has the code's figures", () => {
    for (const [where, sentence] of [
      ["Sessions", `after ${IDLE_HOURS} hours without a request and after ${ABSOLUTE_DAYS} days in any case`],
      ["What input must look like", `at most ${MAX_BODY_LENGTH.toLocaleString("en")} characters`],
      ["What costs much", "1 GB a file, 5 GB a day and 5 at once of an organisation"],
    ] as const)
      expect(section(where)).toContain(sentence);
    expect(read("server/imports/upload-routes.ts")).toMatch(
      /fileBytesMax: 1024 \*\* 3,\n {2}bytesPerDay: 5 \* 1024 \*\* 3,\n {2}openMax: 5,/,
    );
    const check = read("server/users/check-password.ts");
    for (const [name, figure] of [
      ["ACCOUNT", 5],
      ["BROWSER", 5],
      ["NETWORK", 30],
    ] as const)
      expect(check).toContain(`${name}_FAILURES = ${figure};`);
    expect(section("Passwords")).toContain(
      "5 failures of an account, or of a browser that it knows, and 30 of a network",
    );
    expect(read("server/http/inputs.ts")).toMatch(/PASSWORD_MIN = 12;\nconst PASSWORD_MAX = 200;/);
    expect(section("Passwords")).toContain("At least 12 characters, up to 200");
  });

  it("has the chapters that the standard wants written", () => {
    for (const heading of ["Ways in", "Files", "What costs much", "Dependencies", "Connections", "Logs"])
      expect(section(heading).length, heading).toBeGreaterThan(300);
    expect(existsSync(path.join(projectFolder, "docs/asvs.md"))).toBe(true);
  });
});
