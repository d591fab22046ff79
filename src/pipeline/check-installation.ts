import * as zlib from "node:zlib";
import { installedParts } from "../advice/knowledge/knowledge.js";
import { openCase } from "../casedb/casedb.js";

export interface InstallationCheck {
  readonly name: string;
  readonly state: "ok" | "absent" | "broken";
  readonly detail: string;
}

/** `p4rca doctor`: every part that may be missing, and what that costs. */
export async function checkInstallation(): Promise<InstallationCheck[]> {
  return [checkNode(), checkDatabase(), checkZstd(), ...(await checkKnowledge())];
}

async function checkKnowledge(): Promise<InstallationCheck[]> {
  const { articles, models, chroma } = await installedParts();
  const without = "not installed; search by words needs none";
  return [
    { name: "knowledge", state: articles > 0 ? "ok" : "broken", detail: `${articles} articles` },
    {
      name: "local models",
      state: models ? "ok" : "absent",
      detail: models ? "@xenova/transformers is installed" : without,
    },
    { name: "chroma", state: chroma ? "ok" : "absent", detail: chroma ? "started by p4rca corpus serve" : without },
  ];
}

function checkNode(): InstallationCheck {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fine = major > 20 || (major === 20 && minor >= 19);
  return {
    name: "node",
    state: fine ? "ok" : "broken",
    detail: fine ? process.versions.node : `${process.versions.node}; 20.19 or later is needed`,
  };
}

function checkDatabase(): InstallationCheck {
  try {
    const caseDb = openCase(":memory:");
    const [row] = caseDb.query("select sqlite_version() as version").rows;
    caseDb.close();
    return { name: "sqlite", state: "ok", detail: String(row?.[0]) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { name: "sqlite", state: "broken", detail: `${reason}; run npm rebuild better-sqlite3` };
  }
}

function checkZstd(): InstallationCheck {
  const native = "createZstdDecompress" in zlib;
  return native
    ? { name: "zstd", state: "ok", detail: "decompressed natively" }
    : { name: "zstd", state: "ok", detail: "decompressed in JavaScript (Node 22.15 and later do it natively, faster)" };
}
