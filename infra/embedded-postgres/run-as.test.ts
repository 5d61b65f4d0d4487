import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ask, newPlace, start, startElsewhere, stopElsewhere } from "./fixtures/test-server.ts";

const nobody = 65_534;
const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
const isRoot = process.getuid?.() === 0;
/** A checkout below a folder that only root may enter can't be tested as another user. */
const othersCanRead =
  isRoot && spawnSync(asNobody[0]!, [...asNobody.slice(1), "test", "-r", import.meta.filename]).status === 0;

describe("who runs the server", () => {
  it("works below a folder that only its owner may enter", async () => {
    const place = await newPlace(0o700);
    const server = await start(place);
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it.skipIf(!othersCanRead)(
    "runs for an ordinary user, without a namespace (needs root to try)",
    async () => {
      const place = await newPlace(0o777);
      const { program, said } = await startElsewhere(place, asNobody);
      expect(said).toMatchObject({ adopted: false });
      expect(statSync(place.dataDir).uid).toBe(nobody);
      expect(await ask(said.url!, "select 1 as one")).toEqual([{ one: 1 }]);
      await stopElsewhere(program);
    },
  );

  it.skipIf(!othersCanRead)(
    "as root, continues with data that an ordinary user created (needs root to try)",
    async () => {
      const place = await newPlace(0o777);
      await stopElsewhere((await startElsewhere(place, asNobody)).program);
      const server = await start(place);
      expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
      expect(statSync(path.join(place.dataDir, "PG_VERSION")).uid).toBe(nobody);
    },
  );

  it.skipIf(!othersCanRead)(
    "refuses, as an ordinary user, data that root created (needs root to try)",
    async () => {
      const place = await newPlace(0o777);
      await (await start(place)).stop();
      const { said } = await startElsewhere(place, asNobody);
      expect(said.fault).toMatch(/This user can't write to the folder/);
    },
  );

  it.skipIf(!isRoot)(
    "as root without namespaces, runs below a folder only root may enter (needs root to try)",
    async () => {
      const place = await newPlace(0o700);
      const { program, said } = await startElsewhere(place, without(["unshare"], place));
      expect(said).toMatchObject({ adopted: false });
      expect(statSync(place.dataDir).uid).not.toBe(0);
      expect(await ask(said.url!, "select 1 as one")).toEqual([{ one: 1 }]);
      await stopElsewhere(program);
      const server = await start(place);
      expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    },
  );

  it.skipIf(!isRoot)(
    "as root without namespaces, continues with data created in one (needs root to try)",
    async () => {
      const place = await newPlace(0o700);
      await (await start(place)).stop();
      const { program, said } = await startElsewhere(place, without(["unshare"], place));
      expect(await ask(said.url!, "select 1 as one")).toEqual([{ one: 1 }]);
      await stopElsewhere(program);
    },
  );

  it.skipIf(!isRoot)(
    "as root that can neither switch users nor use a namespace, says so (needs root to try)",
    async () => {
      const place = await newPlace(0o700);
      const { said } = await startElsewhere(place, without(["unshare", "setpriv"], place));
      expect(said.fault).toMatch(/forbids user namespaces, and no other user can reach .*DATA_DIR/);
    },
  );
});

/** Returns the prefix that simulates a machine where these programs are refused, as unshare is in most containers. */
function without(programs: string[], place: { dataDir: string }): string[] {
  const folder = path.join(path.dirname(path.dirname(place.dataDir)), "bin");
  mkdirSync(folder);
  for (const each of programs) writeFileSync(path.join(folder, each), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return ["env", `PATH=${folder}:${process.env.PATH}`];
}
