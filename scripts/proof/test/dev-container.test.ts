import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");
const numbers = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((found) => Number(found[1]));

const container = JSON.parse(read(".devcontainer/devcontainer.json")) as {
  image: string;
  onCreateCommand: string;
  postCreateCommand: string;
  forwardPorts: number[];
  portsAttributes: Record<string, unknown>;
};

/** The packages that .ci/run installs where their program or library is missing. */
function packagesOfCi(): string[] {
  const lines = read(".ci/run").split("\npackages() {\n")[1]!.split("\n}\n")[0]!;
  const programs = [...lines.matchAll(/\|\| echo ([\w.-]+)$/gm)].map((found) => found[1]!);
  const libraries = [...lines.matchAll(/\blib[\w.+-]+\.so[\w.]*:([\w-]+)/g)].map((found) => found[1]!);
  return [...programs, ...libraries];
}

describe("the dev container", () => {
  it("is Debian 12 with the oldest Node that is promised", () => {
    expect(read(".ci/run")).toContain("Debian 12, Node 20 or newer");
    expect(container.image).toBe("node:20-bookworm");
  });

  it("has the packages that .ci/run installs", () => {
    const installed = container.onCreateCommand.split("--no-install-recommends ")[1]!.split(" ").toSorted();
    expect(packagesOfCi().length).toBeGreaterThan(10);
    expect(installed).toEqual(packagesOfCi().toSorted());
  });

  it("installs the locked packages", () => {
    expect(read(".ci/run")).toContain(container.postCreateCommand);
  });

  it("forwards the ports of every process, and of the client's own server", () => {
    const ports = [
      ...numbers(read(".env.example"), /^#\w*PORT=(\d+)$/gm),
      ...numbers(read("client/vite.config.ts"), /^ +port: (\d+),$/gm),
    ];
    expect(ports).toHaveLength(5);
    expect(container.forwardPorts.toSorted()).toEqual(ports.toSorted());
    expect(Object.keys(container.portsAttributes).map(Number).toSorted()).toEqual(ports.toSorted());
  });
});
