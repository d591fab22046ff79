import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "tar-stream";
import { deterministicGzip, type Fixture, type FixtureFile } from "../test/support/fixture-scenarios/fixture-files.js";
import { SCENARIOS } from "../test/support/fixture-scenarios/scenarios.js";

/**
 * Writes fixtures/NNN-name/{incident.tar.gz,expected.json}. The same code gives the same bytes: seeded traffic, fixed
 * times, no time stamp in the gzip header.
 *
 *   npx tsx scripts/make-fixtures.ts [folder]
 */
const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.argv[2] ?? join(repository, "fixtures");

for (const build of SCENARIOS) {
  const fixture = build();
  const folder = join(target, fixture.name);
  mkdirSync(folder, { recursive: true });
  const archive = deterministicGzip(await tarOf(fixture));
  writeFileSync(join(folder, "incident.tar.gz"), archive);
  writeFileSync(join(folder, "expected.json"), `${JSON.stringify(fixture.expected, null, 2)}\n`);
  console.error(`${fixture.name}: ${Math.ceil(archive.length / 1024)} KiB`);
}

async function tarOf(fixture: Fixture): Promise<Buffer> {
  const tar = pack();
  for (const file of fixture.files) tar.entry(headerOf(fixture, file), file.content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function headerOf(fixture: Fixture, file: FixtureFile) {
  return {
    name: `${fixture.archiveFolder}/${file.path}`,
    mtime: new Date(Math.floor(file.modifiedMs / 1000) * 1000),
    mode: 0o600,
    uid: 0,
    gid: 0,
  };
}
