import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findBinaries } from "./binaries.ts";
import { newPlace, start } from "./fixtures/test-server.ts";

describe("faults say what is wrong and what to do", () => {
  it("data of another major version", async () => {
    const place = await newPlace();
    mkdirSync(place.dataDir, { recursive: true });
    writeFileSync(path.join(place.dataDir, "PG_VERSION"), "13\n");
    await expect(start(place)).rejects.toMatchObject({
      code: "other-major",
      message: expect.stringMatching(/PostgreSQL 13, and this is PostgreSQL 15. Set DATA_DIR/),
    });
  });

  it("a folder with other files in it, which stay unchanged", async () => {
    const place = await newPlace();
    mkdirSync(place.dataDir, { recursive: true });
    writeFileSync(path.join(place.dataDir, "holiday.jpg"), "");
    await expect(start(place)).rejects.toMatchObject({ code: "not-a-data-folder" });
  });

  it("no free space on the disk", async () => {
    const place = await newPlace();
    await expect(start(place, { requiredFreeBytes: Number.MAX_SAFE_INTEGER })).rejects.toMatchObject({
      code: "no-space",
      message: expect.stringMatching(/Only \d+ MB are free .* DATA_DIR/),
    });
  });

  it("a data folder that can't be created because a file has its name", async () => {
    const place = await newPlace();
    const file = path.dirname(place.dataDir);
    writeFileSync(file, "");
    await expect(start(place)).rejects.toMatchObject({ code: "not-writable" });
  });

  it.skipIf(process.getuid?.() === 0)(
    "a folder that this user may not write (skipped as root: root may)",
    async () => {
      const place = await newPlace();
      mkdirSync(path.dirname(place.dataDir), { recursive: true });
      chmodSync(path.dirname(place.dataDir), 0o500);
      await expect(start(place)).rejects.toMatchObject({ code: "not-writable" });
    },
  );

  it("data that was created with another password", async () => {
    const place = await newPlace();
    await (await start(place)).stop();
    await expect(start(place, { password: "another" })).rejects.toMatchObject({ code: "other-credentials" });
  });

  it("a platform without a package", () => {
    expect(() => findBinaries("sunos", "x64")).toThrow(
      /no embedded PostgreSQL for sunos on x64. Set DATABASE_URL/,
    );
  });

  it("a package that is not installed", () => {
    const other = process.platform === "darwin" ? "linux" : "darwin";
    expect(() => findBinaries(other, "arm64")).toThrow(/not installed .* pnpm install/);
  });
});
