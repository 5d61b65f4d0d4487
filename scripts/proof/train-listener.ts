import { writeFileSync } from "node:fs";
import { lessons } from "../../core/replies/testing/lessons.ts";
import { trainListener } from "../../core/replies/testing/train-listener.ts";

/**
 * Trains the second listener of replies on the labelled ones, and writes its weights. Needed after each change of
 * `core/replies/words`, because it hears what words do.
 *
 *     pnpm train:listener
 */
const FILE = new URL("../../core/replies/data/listener-weights.json", import.meta.url);

writeFileSync(FILE, `${JSON.stringify(trainListener(lessons()))}\n`);
