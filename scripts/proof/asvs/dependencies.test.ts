import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../start/runtime.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");

/** Licences under which a package may come in: they ask for a notice, or for the package's own changes, and no more. */
const LICENCES = new Set([
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0"],
  ...["Unlicense", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "Python-2.0", "MPL-2.0", "PostgreSQL"],
  // For fonts: they may be embedded in documents.
  "OFL-1.1",
]);

/** Packages that state no licence in their package.json, or not in SPDX's words, with the licence of their own text. */
const STATED_ELSEWHERE: Record<string, string> = { "png-js": "MIT" };

interface Package {
  name: string;
  version: string;
  licence: string;
}

/** Returns every installed package with the licence that it states. */
function installed(): Package[] {
  const store = path.join(projectFolder, "node_modules/.pnpm");
  const found = new Map<string, Package>();
  for (const entry of readdirSync(store)) {
    if (entry === "node_modules" || entry === "lock.yaml") continue;
    const folder = path.join(store, entry, "node_modules");
    const names = readdirSync(folder, { withFileTypes: true })
      // Links lead to other packages, which have folders of their own.
      .filter((each) => each.isDirectory())
      .flatMap(({ name }) =>
        name.startsWith("@")
          ? readdirSync(path.join(folder, name), { withFileTypes: true })
              .filter((each) => each.isDirectory())
              .map((each) => `${name}/${each.name}`)
          : [name],
      )
      .filter((name) => name !== ".bin");
    for (const name of names) {
      const { version, license, licenses } = JSON.parse(
        readFileSync(path.join(folder, name, "package.json"), "utf8"),
      ) as { version: string; license?: string | { type: string }; licenses?: { type: string }[] };
      const stated =
        typeof license === "string"
          ? license
          : (license?.type ?? licenses?.map(({ type }) => type).join(" OR "));
      found.set(`${name}@${version}`, { name, version, licence: STATED_ELSEWHERE[name] ?? stated ?? "none" });
    }
  }
  return [...found.values()];
}

/** Whether an SPDX expression leaves a licence that we take: one side of OR, both of AND. */
const isTaken = (licence: string): boolean =>
  licence
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((each) => LICENCES.has(each.trim())));

interface Lockfile {
  packages: Record<string, { resolution: { integrity?: string; tarball?: string; type?: string } }>;
}

describe("every package", () => {
  it("has a licence of the list", () => {
    const packages = installed();
    expect(packages.length).toBeGreaterThan(300);
    const others = packages.filter(({ licence }) => !isTaken(licence));
    expect(others.map(({ name, version, licence }) => `${name}@${version}: ${licence}`)).toEqual([]);
    expect(isTaken("GPL-3.0-only")).toBe(false);
    expect(isTaken("MIT AND GPL-3.0-only")).toBe(false);
  });

  it("is locked with its checksum, and comes from the registry", () => {
    const { packages } = parse(read("pnpm-lock.yaml")) as Lockfile;
    const loose = Object.entries(packages).filter(
      ([, { resolution }]) =>
        !/^sha512-/.test(resolution.integrity ?? "") && resolution.type !== "variations",
    );
    expect(loose.map(([name]) => name)).toEqual([]);
    const elsewhere = Object.entries(packages).filter(
      ([, { resolution }]) => resolution.tarball !== undefined,
    );
    expect(elsewhere.map(([name]) => name)).toEqual([]);
  });

  it("that we ask for is asked for by its exact version", () => {
    const manifests = [
      "",
      ...["core", "db", "worker", "server", "client", "infra", "scripts"].map((each) => `${each}/`),
    ];
    const asked = manifests.flatMap((folder) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(`${folder}package.json`)) as Record<
        string,
        Record<string, string>
      >;
      return Object.entries({ ...dependencies, ...devDependencies }).map(
        ([name, version]) => `${folder}${name} ${version}`,
      );
    });
    expect(asked.filter((each) => !/ (\d+\.\d+\.\d+(-[\w.]+)?|workspace:\*)$/.test(each))).toEqual([]);
  });
});

describe("a release", () => {
  it("has scripts for its list of packages and for what is known about them, of the product's packages alone", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    expect(scripts["release:sbom"]).toMatch(/^pnpm sbom --prod --sbom-format cyclonedx /);
    expect(scripts["release:audit"]).toBe("pnpm audit --prod --audit-level moderate");
    for (const name of ["release:sbom", "release:audit"])
      expect(read("docs/security.md")).toContain(`pnpm ${name}`);
  });

  it("contains the product's packages only: no tests, no tools, no secrets, no history", () => {
    const dockerfile = read("infra/docker/Dockerfile");
    const installs = dockerfile.split("\n").filter((line) => /pnpm@\d+ install/.test(line));
    expect(installs.filter((line) => !line.includes("--frozen-lockfile"))).toEqual([]);
    expect(installs.filter((line) => line.includes("--prod"))).toHaveLength(2);
    const ignored = read(".dockerignore").split("\n");
    for (const name of [".git", "infra/secrets", "**/.env", "**/node_modules", "**/.data", "artefacts"])
      expect(ignored).toContain(name);
    expect(read(".gitignore").split("\n")).toContain("infra/secrets/");
    expect(dockerfile).not.toMatch(/^COPY (--\S+ )*\.\/? /m);
  });
});
