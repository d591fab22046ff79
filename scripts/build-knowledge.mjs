// Indexes the articles of corpus/ into dist/shipped-knowledge.sqlite, so that an installed p4rca searches them at once and writes nothing.
import { renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openCurator } from "../dist/advice/knowledge/knowledge.js";

const target = fileURLToPath(new URL("../dist/shipped-knowledge.sqlite", import.meta.url));
const part = `${target}.part`;
for (const path of [target, part, `${part}-journal`]) rmSync(path, { force: true });
const curator = await openCurator(part);
curator.db.exec("INSERT INTO passage_terms (passage_terms) VALUES ('optimize')");
curator.db.exec("VACUUM");
curator.close();
renameSync(part, target);
