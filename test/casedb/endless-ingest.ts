// Writes batches into the case named on the command line until it is killed; every fifth batch ends a file.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { openCase } from "../../src/casedb/casedb.js";
import { batchOf, command, summary, use } from "./evidence-builder.js";

export const COMMANDS_PER_BATCH = 400;
export const USES_PER_COMMAND = 6;
const BATCHES_PER_FILE = 5;

function ingestForever(path: string): void {
  const sink = openCase(path).sink(() => {});
  for (let file = 0; ; file++) {
    const id = sink.openSource({ path: `logs/log.${file}`, storedBytes: null, modifiedMs: null });
    for (let batch = 0; batch < BATCHES_PER_FILE; batch++) {
      const commands = Array.from({ length: COMMANDS_PER_BATCH }, (_, i) =>
        command(
          id,
          i,
          i * 10,
          {},
          Array.from({ length: USES_PER_COMMAND }, (_, n) => use(id, n, i, `db.t${n}`)),
        ),
      );
      sink.writeCommands(batchOf(commands));
      writeSync(1, "batch\n");
    }
    sink.closeSource(
      id,
      summary({ sha256: String(file).padStart(64, "0"), records: BATCHES_PER_FILE * COMMANDS_PER_BATCH }),
    );
  }
}

const [, main, path] = process.argv;
if (main !== undefined && path !== undefined && import.meta.url === pathToFileURL(main).href) ingestForever(path);
